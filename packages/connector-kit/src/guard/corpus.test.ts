/** Every case of the corpus on the real way: a plan's URL through the client, and the check when it is saved. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createTargetCheck, defineAction, defineConnection, defineConnector, natural } from "../index.ts";
import { failureOf, openClient, post } from "../testing/client.ts";
import { openOfflineNetwork } from "../testing/index.ts";
import { corpus } from "./corpus/corpus.ts";

const words = { title: { en: "T" }, summary: { en: "S" } };
const connection = defineConnection({
  settings: z.object({ url: z.string() }),
  secrets: z.object({}),
  targets: ({ url }) => ({ url }),
});
const send = defineAction({
  connection,
  ...words,
  input: z.object({}),
  repeat: natural("test"),
  plan: (_input, { settings }) => ({ method: "GET", url: settings.url, headers: {} }),
  samples: [],
});
const connector = defineConnector({ id: "sample", ...words, hosts: "any", connection, actions: { send } });

test("the corpus holds more than 600 different addresses", () => {
  expect(new Set(corpus.map(({ url }) => url)).size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThan(600);
});

describe.each(corpus.map((each) => ({ ...each, name: JSON.stringify(each.url) })))("$name", (each) => {
  const { url, expected } = each;

  test(`when it is sent to: ${expected}`, async () => {
    const network = openOfflineNetwork();
    await using client = openClient({ allowAddresses: [], network });
    const failure = failureOf(await client.http.request(post(url), { deadlineMs: 5_000 }));
    expect(failure.sent).toBe(false);
    const refused = failure.reason === "invalid_request" ? "invalid" : undefined;
    expect([...network.seen, refused ?? ruleIn(failure.detail)].filter(Boolean)).toEqual([expected]);
  });

  test("when it is saved: the same, and nothing is dialled", async () => {
    const network = openOfflineNetwork();
    const problems = await createTargetCheck({ network }).problemsOf(connector, { url });
    // What is no URL is told by the field's own schema.
    const letThrough = /^(dial|ask) |^invalid$/.test(expected);
    expect(problems.map(({ path, message }) => [path, ruleIn(message)])).toEqual(
      letThrough ? [] : [["settings.url", expected]],
    );
    expect(network.seen).toEqual(expected.startsWith("ask ") ? [expected] : []);
  });
});

function ruleIn(text: string): string | undefined {
  return /\(rule: (\w+)\)/.exec(text)?.[1];
}
