/** What a connector declares of its calls, as the dispatcher as a whole keeps it. */
import { defineAction, defineConnection, defineConnector, field, natural } from "@stellwerk/connector-kit";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;
beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

const words = { title: { en: "T", de: "T" }, help: { en: "H", de: "H" } };
const input = z.strictObject({ channel: z.string().meta(field(words)) });
type Input = z.output<typeof input>;
type Declared = Partial<Record<"serialiseBy" | "limitBy", (input: Input) => string>>;

function chatWith(declared: Declared, limits?: { perSecond: number }) {
  const connection = defineConnection<{ url: string }, object>({
    settings: z.object({ url: z.string() }),
    secrets: z.object({}),
    limits,
  });
  const say = defineAction({
    connection,
    title: words.title,
    summary: words.title,
    input,
    ...declared,
    repeat: natural("test"),
    plan: ({ channel }, { settings }) => ({ method: "POST", url: `${settings.url}/${channel}`, headers: {} }),
    samples: [],
  });
  return defineConnector({
    id: "chat",
    title: words.title,
    summary: words.title,
    hosts: "any",
    connection,
    actions: { say },
  });
}

function events(...channels: readonly string[]) {
  return channels.map((channel) =>
    recordOf(scene.seed, {
      value: JSON.stringify({ event: "website_created", website: { id: 1, title: channel } }),
    }),
  );
}

function seed(url: string, subscriptions = 1) {
  return scene.seedInbox({
    connector: "chat",
    action: "chat.say",
    settings: { url },
    input: { channel: { $path: "website.title" } },
    subscriptions,
  });
}

test("two for the same thing are never on their way together, over all subscriptions of a connection", async () => {
  let now = 0;
  let most = 0;
  await using receiver = await openReceiver((response, { path }) => {
    if (path === "/one") most = Math.max(most, (now += 1));
    setTimeout(() => {
      if (path === "/one") now -= 1;
      response.end();
    }, 30);
  });
  await seed(receiver.url, 3);
  const { bus } = await scene.start({ connectors: [chatWith({ serialiseBy: ({ channel }) => channel })] });
  await bus.hand(events("one", "one", "one", "two"));
  await eventually(async () => {
    const states = (await scene.deliveries()).map(({ state }) => state);
    expect(states).toEqual(Array.from({ length: 12 }, () => "delivered"));
  });
  expect(most).toBe(1);
});

test("a channel that asks to wait delays no other one, and costs no attempt", async () => {
  let asked = false;
  await using receiver = await openReceiver((response, { path }) => {
    if (path !== "/loud" || asked) return response.end();
    asked = true;
    response.writeHead(429, { "retry-after": "3" }).end();
  });
  await seed(receiver.url);
  const { bus } = await scene.start({ connectors: [chatWith({ limitBy: ({ channel }) => channel })] });
  await bus.hand(events("loud"));
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
  const startedMs = performance.now();
  await bus.hand(events("quiet", "loud"));
  await eventually(async () => expect(receiver.requests.map(({ path }) => path)).toContain("/quiet"));
  expect(performance.now() - startedMs).toBeLessThan(2_500);
  await eventually(async () =>
    expect((await scene.deliveries()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ["delivered", 1],
      ["delivered", 1],
      ["delivered", 1],
    ]),
  );
});

test("a connection's rate holds over all its subscriptions", async () => {
  const times: number[] = [];
  await using receiver = await openReceiver((response) => {
    times.push(performance.now());
    response.end();
  });
  await seed(receiver.url, 2);
  const { bus } = await scene.start({ connectors: [chatWith({}, { perSecond: 10 })] });
  await bus.hand(events("a", "b", "c"));
  await eventually(async () => expect(times).toHaveLength(6));
  expect(times.at(-1)! - times[0]!).toBeGreaterThan(450);
});
