/** What may stand behind an operator: zod checks it, the words say what was expected. */
import { z } from "zod";
import { MAX_LIST_ENTRIES, MAX_OPERAND_CHARACTERS } from "../limits.ts";
import { parseDuration, parseTime } from "./times.ts";

export interface OperandKind {
  readonly schema: z.ZodType;
  readonly expected: string;
  /** JSON, for the fix. */
  readonly example: string;
}

const text = z.string().max(MAX_OPERAND_CHARACTERS);
const textToFind = text.min(1);
const scalar = z.union([text, z.number(), z.boolean(), z.null()]);
const time = text.refine((value) => value === "now" || parseTime(value) !== undefined);
const duration = text.refine((value) => parseDuration(value) !== undefined);

function listOf(entry: z.ZodType): z.ZodType {
  return z.array(entry).min(1).max(MAX_LIST_ENTRIES);
}

export const OPERANDS = {
  scalar: { schema: scalar, expected: "a text, a number, true, false or null", example: '"Done"' },
  text: { schema: text, expected: "a text", example: '"done"' },
  textToFind: { schema: textToFind, expected: "a text that is not empty", example: '"Diner"' },
  entryToFind: {
    schema: z.union([textToFind, z.number(), z.boolean()]),
    expected: "a text that is not empty, a number, true or false",
    example: '"Diner"',
  },
  scalars: {
    schema: listOf(scalar),
    expected: `a list of 1 to ${MAX_LIST_ENTRIES} texts, numbers, true, false or null`,
    example: '["Creation", "Done"]',
  },
  texts: {
    schema: listOf(text),
    expected: `a list of 1 to ${MAX_LIST_ENTRIES} texts`,
    example: '["creation", "done"]',
  },
  textOrTexts: {
    schema: z.union([textToFind, listOf(textToFind)]),
    expected: `a text, or a list of 1 to ${MAX_LIST_ENTRIES} texts`,
    example: '"Interest"',
  },
  number: { schema: z.number(), expected: "a number", example: "10" },
  range: {
    schema: z.tuple([z.number(), z.number()]).refine(([from, to]) => from <= to),
    expected: "two numbers, the smaller one first",
    example: "[1, 10]",
  },
  yesOrNo: { schema: z.boolean(), expected: "true or false", example: "true" },
  time: {
    schema: time,
    expected: 'a date, a time (RFC 3339) or "now"',
    example: '"2026-11-30"',
  },
  span: {
    schema: z.union([
      duration,
      z
        .strictObject({ last: duration.optional(), next: duration.optional() })
        .refine(({ last, next }) => last !== undefined || next !== undefined),
    ]),
    expected: 'a duration such as "7d" (s, m, h, d, w), or an object with it as `last`, `next` or both',
    example: '{ "last": "7d" }',
  },
} as const satisfies Record<string, OperandKind>;
