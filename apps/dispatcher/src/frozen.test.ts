/** A process that stands still in the middle of an attempt, and goes on when its partition may be somebody else's. */
import { defineAction, defineConnection, defineConnector, key } from "@stellwerk/connector-kit";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { VALID_MS } from "./plan-ownership.ts";
import { DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;
beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** Stands still right before its n-th request (0 is the first), as if stopped by a signal or by a blocked event loop. */
function freezingConnector(n: number) {
  const text = { title: { en: "T", de: "T" }, summary: { en: "S", de: "S" } };
  const connection = defineConnection({ settings: z.object({ url: z.string() }), secrets: z.object({}) });
  let calls = 0;
  const send = defineAction({
    connection,
    ...text,
    input: z.object({}),
    repeat: key("the receiver drops what it has seen"),
    samples: [],
    plan(_input, { settings }) {
      if (calls++ === n) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, VALID_MS + 200);
      return { method: "POST", url: settings.url, headers: {}, body: "{}" };
    },
  });
  return defineConnector({ id: "freezing", ...text, hosts: ["127.0.0.1"], connection, actions: { send } });
}

test("one that is frozen right before its request sends nothing when it goes on, and there is no doubt", async () => {
  await using receiver = await openReceiver((response) => void response.writeHead(204).end());
  await scene.seedInbox({ connector: "freezing", action: "freezing.send", settings: { url: receiver.url } });
  const { bus } = await scene.start({ connectors: [freezingConnector(1)] });
  await bus.hand([recordOf(scene.seed)]);
  // From now on there is a connection that stands: a request on it leaves before any timer has its turn.
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () => {
    expect(
      await scene.database.db.query("SELECT possibly_sent FROM delivery WHERE state IS NOT NULL"),
    ).toEqual([{ possibly_sent: false }, { possibly_sent: false }]);
  });
  expect(receiver.requests).toHaveLength(2);
  const attempts = await scene.database.db.query("SELECT outcome, reason FROM attempt ORDER BY id");
  expect(attempts).toEqual([
    { outcome: "delivered", reason: null },
    { outcome: "retry", reason: "aborted" },
    { outcome: "delivered", reason: null },
  ]);
}, 30_000);
