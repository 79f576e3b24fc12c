import { expect, test } from "vitest";
import { z } from "zod";
import {
  connectorEvent,
  defineAction,
  defineConnection,
  defineConnector,
  findAction,
  natural,
  probe,
} from "./index.ts";
import { reachesHost } from "./hosts.ts";

const text = { title: { en: "T" }, summary: { en: "S" } };
const connection = defineConnection({ settings: z.object({}), secrets: z.object({}) });
const empty = { connection, ...text, input: z.object({}), repeat: natural("test"), samples: [] };
const act = defineAction({
  ...empty,
  plan: () => ({ method: "GET", url: "https://a.example", headers: {} }),
});
const sample = defineConnector({ id: "sample", ...text, hosts: "any", connection, actions: { do_it: act } });

test("an action is found by connector and name", () => {
  expect(findAction([sample], "sample.do_it")).toEqual({ connector: sample, action: act });
});

test.each(["sample", "sample.", "sample.do", "other.do_it", "sample.constructor", ".do_it", ""])(
  "%j is no action",
  (id) => {
    expect(findAction([sample], id)).toBeUndefined();
  },
);

test.each([
  ["an id in capitals", { id: "Sample" }, /lower case with hyphens/],
  ["an action's name with a hyphen", { actions: { "do-it": act } }, /lower case with underscores/],
  ["an action that does nothing", { actions: { idle: empty } }, /sample\.idle: give it `plan`/],
  [
    "an action that is to be looked for and cannot look",
    { actions: { idle: { ...act, repeat: probe({ visibleAfterMs: 0, inDoubt: "hold" }) } } },
    /sample\.idle: with `repeat: probe/,
  ],
  ["an action of another connection", { connection: { ...connection } }, /must be the connector's own/],
])("%s is refused when it is loaded", (_name, change, message) => {
  expect(() => defineConnector({ ...sample, ...change })).toThrow(message);
});

test("hosts are exact, or any below a star", () => {
  const hosts = ["slack.com", "*.salesforce.com"];
  expect(reachesHost(hosts, {}, "https://slack.com/api")).toBe(true);
  expect(reachesHost(hosts, {}, "https://acme.my.salesforce.com/")).toBe(true);
  expect(reachesHost(hosts, {}, "https://evilslack.com/")).toBe(false);
  expect(reachesHost(hosts, {}, "https://salesforce.com/")).toBe(false);
  expect(reachesHost(hosts, {}, "https://slack.com@evil.example/")).toBe(false);
  expect(reachesHost(["a.example"], {}, "nonsense")).toBe(false);
});

test("an event's data is read once, and only when somebody asks", () => {
  let reads = 0;
  const fields = { id: "evt_1", type: "t", time: new Date(), source: "src_1", contentType: "text/plain" };
  const form = connectorEvent({
    ...fields,
    body: Buffer.from("a=1"),
    readData: () => ((reads += 1), { a: "1" }),
  });
  expect(reads).toBe(0);
  expect([form.data, form.data]).toEqual([{ a: "1" }, { a: "1" }]);
  expect(reads).toBe(1);
  expect(connectorEvent({ ...fields, body: Buffer.from('{"ü":"😀"}') }).data).toEqual({ ü: "😀" });
  expect(connectorEvent({ ...fields, body: Buffer.from("not json") }).data).toBeUndefined();
});
