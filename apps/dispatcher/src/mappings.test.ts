/** What an action is given, filled in from each event, as the dispatcher as a whole does it. */
import { defineAction, defineConnection, defineConnector, field, natural } from "@stellwerk/connector-kit";
import { openReceiver, type Receiver } from "@stellwerk/connector-kit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;
let receiver: Receiver;
beforeEach(async () => {
  scene = await DispatcherScene.open();
  receiver = await openReceiver();
});
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const words = { title: { en: "T", de: "T" }, help: { en: "H", de: "H" } };
const connection = defineConnection<{ url: string }, object>({
  settings: z.object({ url: z.string() }),
  secrets: z.object({}),
});
const chat = defineConnector({
  id: "chat",
  title: words.title,
  summary: words.title,
  hosts: "any",
  connection,
  actions: {
    say: defineAction({
      connection,
      title: words.title,
      summary: words.title,
      input: z.strictObject({
        text: z.string().meta(field({ ...words, escape: "slack-mrkdwn" })),
        reference: z.string().optional().meta(field(words)),
        site: z.number().optional().meta(field(words)),
      }),
      repeat: natural("test"),
      plan: (input, { settings }) => ({
        method: "POST",
        url: settings.url,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      }),
      samples: [],
    }),
  },
});

async function start(input: unknown) {
  const settings = { url: `${receiver.url}/` };
  await scene.seedInbox({ connector: "chat", action: "chat.say", settings, input });
  return scene.start({ connectors: [chat] });
}

function event(website: object) {
  return recordOf(scene.seed, { value: JSON.stringify({ event: "website_created", website }) });
}

function said(): unknown[] {
  return receiver.requests.map((each) => JSON.parse(each.body.toString()));
}

test("values are taken from the event, keep their type, and are escaped as the field says", async () => {
  const { bus } = await start({
    text: { $text: "*{{ website.title }}* at {{ website.domain | default: 'no domain' }}" },
    reference: { $text: "{{ source.key }}-{{ website.id }}" },
    site: { $path: "website.id" },
  });
  await bus.hand([event({ id: 7, title: "<!channel> & co" })]);
  await eventually(async () => expect(said()).toHaveLength(1));
  expect(said()).toEqual([
    { text: "*&lt;!channel&gt; &amp; co* at no domain", reference: "sitejet-7", site: 7 },
  ]);
});

test("what the event lacks ends that delivery, by name and without an attempt; the next one goes", async () => {
  const { bus } = await start({ text: { $text: "{{ website.title }}" } });
  await bus.hand([event({ id: 7 }), event({ id: 8, title: "Café" })]);
  await eventually(async () => expect(said()).toEqual([{ text: "Café" }]));
  await eventually(async () =>
    expect(await scene.database.db.query("SELECT reason, detail FROM delivery WHERE state = 'dead'")).toEqual(
      [{ reason: "input_incomplete", detail: expect.stringContaining("website.title") }],
    ),
  );
});

test("a value that does not fit its field ends the delivery and says which", async () => {
  const { bus } = await start({ text: "x", site: { $path: "website.id" } });
  await bus.hand([event({ id: "seven" })]);
  await eventually(async () =>
    expect(await scene.database.db.query("SELECT reason, detail FROM delivery WHERE state = 'dead'")).toEqual(
      [{ reason: "input_incomplete", detail: expect.stringContaining("input.site") }],
    ),
  );
});
