import { expect, test } from "vitest";
import type { JsonSchema } from "../json-schema.ts";
import { breakingChanges } from "./compare-contracts.ts";
import type { Contract } from "./contract.ts";

const input: JsonSchema = {
  type: "object",
  properties: {
    board: { type: "string", title: "Board", maxLength: 10 },
    color: { type: "string", enum: ["red", "blue"], default: "red" },
    tags: { type: "array", items: { type: "string" } },
    due: { anyOf: [{ type: "string" }, { type: "null" }] },
  },
  required: ["board"],
  additionalProperties: false,
};
const contract: Contract = {
  id: "boards",
  settings: { type: "object" },
  secrets: { type: "object" },
  actions: { add: { input, output: { type: "object" } } },
  presets: { done: { type: "object" } },
};

function changed(
  properties: Readonly<Record<string, JsonSchema | undefined>>,
  more: JsonSchema = {},
): Contract {
  const all = JSON.parse(JSON.stringify({ ...(input["properties"] as object), ...properties })) as JsonSchema;
  return {
    ...contract,
    actions: { add: { input: { ...input, properties: all, ...more }, output: { type: "object" } } },
  };
}

test.each<[string, Contract]>([
  ["nothing", contract],
  ["a field that may be left out", changed({ note: { type: "string" } })],
  ["a field that may be left out now", changed({}, { required: [] })],
  ["another value", changed({ color: { type: "string", enum: ["red", "blue", "green"], default: "red" } })],
  ["other words", changed({ board: { type: "string", title: "Where to", maxLength: 10 } })],
  ["a limit that is gone", changed({ board: { type: "string" } })],
  [
    "one alternative more",
    changed({ due: { anyOf: [{ type: "string" }, { type: "null" }, { type: "number" }] } }),
  ],
  ["an action more", { ...contract, actions: { ...contract.actions, move: { input, output: null } } }],
  ["a preset more", { ...contract, presets: { ...contract.presets, more: {} } }],
])("%s breaks nothing", (_name, after) => {
  expect(breakingChanges(contract, after)).toEqual([]);
});

test.each<[string, Contract, string]>([
  ["another id", { ...contract, id: "board" }, "the connector's id changed from boards to board"],
  ["an action that is gone", { ...contract, actions: {} }, "add was removed"],
  ["a preset that is gone", { ...contract, presets: {} }, "the preset done was removed"],
  ["a field that is gone", changed({ color: undefined }), "add.color was removed"],
  [
    "a field that is required",
    changed({ note: { type: "string" } }, { required: ["board", "note"] }),
    "add.note was added and is required",
  ],
  [
    "a field that became required",
    changed({}, { required: ["board", "color"] }),
    "add.color became required",
  ],
  [
    "another type",
    changed({ board: { type: "number", maxLength: 10 } }),
    "add.board: its type became narrower: without string",
  ],
  [
    "a value that is gone",
    changed({ color: { type: "string", enum: ["red"], default: "red" } }),
    'add.color: its values became narrower: without "blue"',
  ],
  [
    "another default",
    changed({ color: { type: "string", enum: ["red", "blue"], default: "blue" } }),
    "add.color: its default changed",
  ],
  [
    "a narrower limit",
    changed({ board: { type: "string", maxLength: 5 } }),
    "add.board: its maxLength changed",
  ],
  [
    "other items",
    changed({ tags: { type: "array", items: { type: "number" } } }),
    "add.tags[]: its type became narrower: without string",
  ],
  [
    "an alternative that is gone",
    changed({ due: { anyOf: [{ type: "string" }] } }),
    "add.due: its alternatives changed",
  ],
])("%s breaks what was saved", (_name, after, what) => {
  expect(breakingChanges(contract, after)).toEqual([what]);
});
