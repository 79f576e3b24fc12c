import { expect, test } from "vitest";
import { z } from "zod";
import {
  defineAction,
  defineConnection,
  field,
  inputJsonSchema,
  natural,
  secretsJsonSchema,
} from "./index.ts";

const channel = field({
  title: { en: "Channel", de: "Kanal" },
  help: { en: "Where to.", de: "Wohin." },
  escape: "none",
  labels: { a: { en: "First", de: "Erster" }, b: { en: "Second" } },
});
const connection = defineConnection({
  settings: z.strictObject({}),
  secrets: z.strictObject({
    token: z.string().meta(field({ title: { en: "Token", de: "Token" }, help: { en: "H", de: "H" } })),
    region: z
      .string()
      .meta(field({ title: { en: "R", de: "R" }, help: { en: "H", de: "H" }, secret: false })),
  }),
});
const post = defineAction({
  connection,
  title: { en: "T" },
  summary: { en: "S" },
  input: z.strictObject({ channel: z.enum(["a", "b"]).default("a").meta(channel) }),
  options: { channel: () => Promise.resolve({ items: [] }) },
  repeat: natural("test"),
  plan: () => ({ method: "GET", url: "https://a.example", headers: {} }),
  samples: [],
});
const form = { type: "string", enum: ["a", "b"], default: "a", escape: "none", options: true };

test("an input has both languages, and says where choices can be asked for", () => {
  expect(inputJsonSchema(post)["properties"]).toEqual({
    channel: {
      ...form,
      title: "Channel",
      description: "Where to.",
      text: { title: { en: "Channel", de: "Kanal" }, help: { en: "Where to.", de: "Wohin." } },
      labels: { a: { en: "First", de: "Erster" }, b: { en: "Second" } },
    },
  });
});

test("in one language its texts are in that, in English where there is nothing else", () => {
  expect(inputJsonSchema(post, "de")["properties"]).toEqual({
    channel: { ...form, title: "Kanal", description: "Wohin.", labels: { a: "Erster", b: "Second" } },
  });
});

test("secrets are typed like a password unless they say otherwise", () => {
  expect(secretsJsonSchema(connection)["properties"]).toMatchObject({
    token: { secret: true },
    region: { secret: false },
  });
});
