import {
  defineAction,
  defineConnection,
  defineConnector,
  natural,
  type PresetRule,
} from "@stellwerk/connector-kit";
import { expect, test } from "vitest";
import { z } from "zod";
import { tryRuleOf } from "./index.ts";

const text = { title: { en: "T" }, summary: { en: "S" } };
const connection = defineConnection({ settings: z.strictObject({}), secrets: z.strictObject({}) });
const add = defineAction({
  connection,
  ...text,
  input: z.strictObject({ text: z.string(), website: z.int().optional() }),
  repeat: natural("test"),
  deliver: () => Promise.resolve({ kind: "delivered", summary: { en: "Done." } }),
  samples: [],
});
const tryRule = tryRuleOf(
  defineConnector({ id: "boards", ...text, hosts: [], connection, actions: { add } }),
);
const rule: PresetRule = {
  eventTypes: ["website_status_changed"],
  when: { "website.status": "Done" },
  action: "boards.add",
  input: { text: { $text: "{{ website.title }} is done" }, website: { $path: "website.id" } },
};

test("a rule that works on every sample event has nothing against it", () => {
  expect(tryRule(rule)).toEqual([]);
});

test.each<[string, Partial<PresetRule>, RegExp]>([
  ["an action that is not there", { action: "boards.remove" }, /no action boards\.remove/],
  ["a condition over no field", { when: { "website.statsu": "Done" } }, /Did you mean `website\.status`/],
  ["a template over no field", { input: { text: { $text: "{{ website.tittle }}" } } }, /website\.title/],
  ["a field that the action lacks", { input: { text: "x", colour: "red" } }, /colour/],
  ["a value of another type", { input: { text: { $path: "website.id" } } }, /website_status_changed\/.*text/],
  ["an event that nobody sends", { eventTypes: ["website_deleted"] }, /no event website_deleted/],
])("%s is told", (_name, change, problem) => {
  expect(tryRule({ ...rule, ...change }).join("\n")).toMatch(problem);
});
