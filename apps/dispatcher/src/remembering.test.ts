import {
  defineAction,
  defineConnection,
  defineConnector,
  natural,
  type Remember,
} from "@stellwerk/connector-kit";
import { loadRemembered } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

const connection = defineConnection({ settings: z.object({}), secrets: z.object({}) });
const text = { title: { en: "Notes", de: "Notizen" }, summary: { en: "Notes.", de: "Notizen." } };

/** What the action does with its memory. */
function notes(work: (remember: Remember) => Promise<void>) {
  return defineConnector({
    id: "notes",
    ...text,
    hosts: [],
    connection,
    actions: {
      take: defineAction({
        connection,
        ...text,
        input: z.object({}),
        repeat: natural("nothing is sent"),
        async deliver({ remember }) {
          await work(remember);
          return { kind: "delivered", summary: { en: "Noted." } };
        },
        samples: [],
      }),
    },
  });
}

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
  await scene.seedInbox({ connector: "notes", action: "notes.take" });
});
afterEach(() => scene[Symbol.asyncDispose]());

const remembered = async (subject: string) => {
  const { accountId, connectionId } = scene.seed;
  return Object.fromEntries(await loadRemembered(scene.database.db, { accountId, connectionId, subject }));
};

async function count(remember: Remember): Promise<void> {
  remember.set("seen", Number((await remember.get("seen")) ?? 0) + 1);
}

test("what one delivery set, the next about the same subject reads", async () => {
  const { bus } = await scene.start({ connectors: [notes(count)] });
  for (let n = 1; n <= 3; n += 1) {
    await bus.hand([recordOf(scene.seed, { subject: "website/1" })]);
    await eventually(async () => expect(await remembered("website/1")).toEqual({ seen: n }));
  }
  expect(await remembered("website/2")).toEqual({});
});

test("of an outcome that may not be written any more nothing is remembered either", async () => {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const slow = notes(async (remember) => {
    started.resolve();
    await gate.promise;
    await count(remember);
  });
  const { bus } = await scene.start({ connectors: [slow] });
  await bus.hand([recordOf(scene.seed, { subject: "website/1" })]);
  await started.promise;
  // Another dispatcher has taken over meanwhile.
  await scene.database.db.query("UPDATE partition_owner SET epoch = epoch + 1");
  gate.resolve();
  await scene.stopAll();
  expect(await scene.deliveries()).toMatchObject([{ state: null }]);
  expect(await remembered("website/1")).toEqual({});
});
