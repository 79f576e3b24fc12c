import { expect, test } from "vitest";
import { z } from "zod";
import { defineAction, defineConnection, field, inputFields, natural } from "./index.ts";

const text = { title: { en: "T", de: "T" }, help: { en: "H", de: "H" } };
const connection = defineConnection({ settings: z.object({}), secrets: z.object({}) });
const node: z.ZodType = z.lazy(() => z.object({ next: node.optional() }));

const fields = inputFields(
  defineAction({
    connection,
    title: text.title,
    summary: text.title,
    input: z.strictObject({
      text: z.string().meta(field({ ...text, escape: "slack-mrkdwn" })),
      note: z.string().optional(),
      amount: z.number().default(1),
      owner: z.string().nullable(),
      blocks: z.array(
        z.union([
          z.object({ text: z.string().meta(field({ ...text, escape: "html" })) }),
          z.object({ url: z.string() }),
        ]),
      ),
      extra: z.record(z.string(), z.string().meta(field({ ...text, escape: "url" }))).optional(),
      node,
      anything: z.unknown().meta(field({ ...text, escape: "html" })),
    }),
    repeat: natural("test"),
    plan: () => ({ method: "GET", url: "https://a.example", headers: {} }),
    samples: [],
  }),
);

test.each([
  ["text", "slack-mrkdwn", false, false],
  ["note", undefined, true, false],
  ["amount", undefined, true, false],
  ["owner", undefined, false, true],
  ["blocks.0.text", "html", false, false],
  ["blocks.12", undefined, true, false],
  ["extra.anything", "url", true, false],
  ["node.next.next", undefined, true, false],
  ["anything", "html", false, true],
  ["anything.deep.0.er", "html", true, true],
  ["constructor", undefined, true, false],
  ["text.deeper.still", undefined, true, false],
])("%s: escape %s, may be left out %s, takes null %s", (name, escape, isOptional, acceptsNull) => {
  expect([fields.escapeOf(name), fields.isOptional(name), fields.acceptsNull(name)]).toEqual([
    escape,
    isOptional,
    acceptsNull,
  ]);
});
