import { expect, test } from "vitest";
import { z } from "zod";
import { field } from "./index.ts";
import { fieldsWithoutText } from "./testing/index.ts";

const text = { title: { en: "Channel", de: "Kanal" }, help: { en: "Where to.", de: "Wohin." } };

test("a field's texts are in its JSON Schema, in English where a text must be a string", () => {
  const schema = z.object({ channel: z.string().optional().meta(field(text)) });
  expect(z.toJSONSchema(schema).properties).toEqual({
    channel: { type: "string", title: "Channel", description: "Where to.", text },
  });
  expect(fieldsWithoutText(schema)).toEqual([]);
});

test("a field without both texts in both languages is found", () => {
  const schema = z.object({
    bare: z.string(),
    english: z.string().meta(field({ title: { en: "T" }, help: { en: "H" } })),
    whole: z.string().meta(field(text)),
  });
  expect(fieldsWithoutText(schema)).toEqual(["bare", "english"]);
});
