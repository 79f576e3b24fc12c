import { expect, test } from "vitest";
import { z } from "zod";
import { applyPreset, definePreset } from "./index.ts";

const text = { title: { en: "T" }, summary: { en: "S" } };
const preset = definePreset({
  id: "to_channel",
  ...text,
  parameters: z.strictObject({ channel: z.string(), status: z.string().default("Done") }),
  example: { channel: "C012" },
  eventTypes: ["website_status_changed"],
  when: ({ status }) => ({ "website.status": { $eq: status } }),
  action: "post",
  input: ({ channel }) => ({ channel, text: { $text: "{{ website.title }}" } }),
  order: "subject",
  settle: { for: "10m" },
});

test("a preset and its parameters make a rule", () => {
  expect(applyPreset({ id: "boards" }, preset, { channel: "C7" })).toEqual({
    ok: true,
    value: {
      eventTypes: ["website_status_changed"],
      when: { "website.status": { $eq: "Done" } },
      action: "boards.post",
      input: { channel: "C7", text: { $text: "{{ website.title }}" } },
      order: "subject",
      settle: { for: "10m" },
    },
  });
});

test("parameters that do not fit are told like any other field", () => {
  expect(applyPreset({ id: "boards" }, preset, { channel: 7 })).toMatchObject({
    ok: false,
    problems: [{ path: "parameters.channel", expected: "string", received: "7" }],
  });
});

test("what does not depend on parameters is plain data", () => {
  const plain = definePreset({
    ...preset,
    parameters: z.strictObject({}),
    when: undefined,
    input: { text: "x" },
  });
  expect(applyPreset({ id: "boards" }, plain, {})).toMatchObject({ value: { input: { text: "x" } } });
});
