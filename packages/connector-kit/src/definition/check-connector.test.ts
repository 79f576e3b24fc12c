import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Action, Connection, Connector, Preset } from "../index.ts";
import {
  apiKey,
  ConnectorDefinitionError,
  defineAction,
  defineConnection,
  defineConnector,
  natural,
  none,
  probe,
} from "../index.ts";

const text = { title: { en: "T", de: "T" }, summary: { en: "S", de: "S" } };
const connection = defineConnection({
  settings: z.strictObject({ board: z.string() }),
  secrets: z.strictObject({ token: z.string() }),
  auth: apiKey({ secret: "token" }),
});
const add = defineAction({
  connection,
  ...text,
  input: z.strictObject({ text: z.string() }),
  repeat: natural("the same text again changes nothing"),
  plan: () => ({ method: "GET", url: "https://a.example", headers: {} }),
  samples: [{ name: "One", input: { text: "x" } }],
});
const preset: Preset = {
  id: "done",
  ...text,
  parameters: z.strictObject({ to: z.string() }),
  example: { to: "x" },
  eventTypes: ["website_status_changed"],
  action: "add",
  input: { text: "x" },
};
const good: Connector = { id: "boards", ...text, hosts: ["a.example"], connection, actions: { add } };

function refusalOf(connector: Connector): string {
  try {
    defineConnector(connector);
  } catch (error) {
    if (error instanceof ConnectorDefinitionError) return error.message;
    throw error;
  }
  return "";
}

const withAction = (change: Partial<Action>): Connector => ({
  ...good,
  actions: { add: { ...add, ...change } },
});
const withPreset = (change: Partial<Preset>): Connector => ({ ...good, presets: [{ ...preset, ...change }] });
function withConnection(change: Partial<Connection>): Connector {
  const changed: Connection = { ...connection, ...change };
  return { ...good, connection: changed, actions: { add: { ...add, connection: changed } } };
}

test("a definition that can work is returned as it is", () => {
  expect(defineConnector({ ...good, presets: [preset], kit: "^1" })).toMatchObject({ id: "boards" });
});

describe("a definition that cannot work is refused with the part and the fix:", () => {
  test.each<[string, Connector, string]>([
    [
      "an id in capitals",
      { ...good, id: "Boards" },
      'a connector\'s id is lower case with hyphens, for example "campaign-monitor"; got "Boards"',
    ],
    [
      "a kit that is no range",
      { ...good, kit: "latest" },
      'boards: `kit` is a range of the kit\'s versions, for example "^1"; got "latest"',
    ],
    [
      "no title",
      { ...good, title: { en: " " } },
      'boards: its `title` is { en: "…", de: "…" }, and at least the English is there',
    ],
    [
      "a homepage without a scheme",
      { ...good, homepage: "boards.example" },
      'boards: `homepage` is an address that begins with https://; got "boards.example"',
    ],
    [
      "a host with a scheme",
      { ...good, hosts: ["https://Api.boards.example/v1"] },
      'boards: `hosts` has "https://Api.boards.example/v1"; write the host alone, in lower case: api.boards.example',
    ],
    [
      "an icon that runs",
      { ...good, icon: '<svg onload="x()"></svg>' },
      "boards: `icon` is an SVG as text that has no scripts, handlers or addresses",
    ],
    ["no actions", { ...good, actions: {} }, "boards: `actions` is empty; add one with `defineAction`"],
    [
      "settings that are no object",
      withConnection({ settings: z.string() }),
      "boards: `connection.settings` must be an object, for example z.strictObject({ … })",
    ],
    [
      "a credential that is no secret",
      withConnection({ credentials: ["key"] }),
      'boards: `connection.credentials` names "key", which is no field of its secrets',
    ],
    [
      "a key that is no secret",
      withConnection({ auth: apiKey({ secret: "key" }) }),
      'boards: `auth: apiKey(…)` names "key", which is no field of its secrets',
    ],
    [
      "no authorisation that authorises",
      withConnection({ auth: none() }),
      "boards: `auth: none()` and an `authorise` contradict each other; leave one of them out",
    ],
    [
      "a limit of nothing",
      withConnection({ limits: { perSecond: 0 } }),
      "boards: `connection.limits.perSecond` must be above 0; got 0",
    ],
    [
      "an action's name with a hyphen",
      { ...good, actions: { "add-it": add } },
      'boards.add-it: an action\'s name is lower case with underscores, for example "post_message"',
    ],
    [
      "an input that JSON cannot hold",
      withAction({ input: z.strictObject({ at: z.date() }) }),
      "boards.add: `input` has a part that JSON cannot hold (Date cannot be represented in JSON Schema); use a string with a check instead",
    ],
    [
      "choices for a field that is not there",
      withAction({ options: { chanel: () => Promise.resolve({ items: [] }) } }),
      'boards.add: `options` has choices for "chanel", which is no field of its input (text)',
    ],
    [
      "repeating without a reason",
      withAction({ repeat: natural("") }),
      "boards.add: `repeat: natural(…)` needs the reason why repeating is safe",
    ],
    [
      "a settling time that is none",
      withAction({
        repeat: probe({ visibleAfterMs: Number.NaN, inDoubt: "hold" }),
        probe: () => Promise.resolve({ kind: "absent" }),
      }),
      "boards.add: `visibleAfterMs` is how long the vendor may take to show what was sent; 0 for at once",
    ],
    [
      "a sample that its own input refuses",
      withAction({ samples: [{ name: "Two", input: {} }] }),
      'boards.add: its own input refuses the sample "Two": input.text is required',
    ],
    [
      "two samples of one name",
      withAction({ samples: [...add.samples, ...add.samples] }),
      'boards.add: two samples are called "One"; give each its own name',
    ],
    [
      "two presets of one id",
      { ...good, presets: [preset, preset] },
      'boards: two presets have the id "done"; give each its own',
    ],
    [
      "a preset of another action",
      withPreset({ action: "remove" }),
      'boards: the preset "done": `action` is "remove"; the connector has add',
    ],
    [
      "a preset that refuses its own example",
      withPreset({ example: {} }),
      'boards: the preset "done": its own parameters refuse `example`: parameters.to is required',
    ],
    [
      "a preset that sets what is not there",
      withPreset({ input: () => ({ txt: "x" }) }),
      'boards: the preset "done": `input` sets "txt", which boards.add does not have',
    ],
    [
      "a preset for nothing",
      withPreset({ eventTypes: [] }),
      'boards: the preset "done": `eventTypes` is empty; name what it is for',
    ],
    [
      "a preset that waits for a word",
      withPreset({ settle: { for: "a while" } }),
      'boards: the preset "done": `settle.for` is a duration such as "10m"; got "a while"',
    ],
  ])("%s", (_name, connector, message) => {
    expect(refusalOf(connector)).toBe(message);
  });
});
