import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { eventTypes, parseEvent } from "./index.ts";
import { anyText } from "./testing/any-text.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
const utf8 = (text: string) => new TextEncoder().encode(text);
const messagesOf = (input: unknown) => {
  const parsed = parseEvent(input);
  return parsed.ok ? [] : parsed.issues.map((issue) => issue.message);
};

describe("parseEvent", () => {
  test("takes bytes, text and objects", () => {
    const bytes = fixture("website_status_changed.json");
    const text = new TextDecoder().decode(bytes);
    const expected = { ok: true, known: true, event: JSON.parse(text) as unknown };
    expect(parseEvent(bytes)).toEqual(expected);
    expect(parseEvent(text)).toEqual(expected);
    expect(parseEvent(JSON.parse(text))).toEqual(expected);
    expect(parseEvent(utf8(`\uFEFF${text}`))).toEqual(expected);
  });

  test("leaves unknown fields where they are, and gives back the very object", () => {
    const [{ data }] = eventTypes[1].samples;
    const withMore = {
      zebra: 1,
      ...data,
      website: { ...(data["website" as keyof typeof data] as object), rating: { stars: 5 } },
    };
    const parsed = parseEvent(withMore);
    expect(parsed.ok && parsed.event).toBe(withMore);
  });

  test("accepts a type it has never heard of", () => {
    expect(parseEvent({ event: "invoice_paid", amount: 3 })).toEqual({
      ok: true,
      known: false,
      event: { event: "invoice_paid", amount: 3 },
    });
  });

  test("narrows a known event by its name", () => {
    const titleOf = (input: unknown) => {
      const parsed = parseEvent(input);
      if (!parsed.ok || !parsed.known || parsed.event.event !== "website_status_changed") return undefined;
      expectTypeOf(parsed.event.previousStatus).toEqualTypeOf<string>();
      return parsed.event.website.title;
    };
    expect(titleOf(fixture("website_status_changed.json"))).toBe("Harry's Diner");
  });

  test("names every field that is wrong, what was expected and what came", () => {
    const [{ data }] = eventTypes[1].samples;
    const website = {
      ...(data as { website: object }).website,
      id: "321654",
      closed_by: { id: 1 },
      tags: null,
    };
    expect(messagesOf({ ...data, website })).toEqual([
      'website.id: expected a number, received the text "321654"',
      "website.closed_by.name: expected a text, received nothing",
      "website.closed_by.email: expected a text, received nothing",
      "website.closed_by.role: expected a text, received nothing",
      "website.closed_by.pending: expected true or false, received nothing",
      "website.closed_by.active: expected true or false, received nothing",
      "website.closed_by.forename: expected a text, received nothing",
      "website.closed_by.surname: expected a text, received nothing",
      "website.closed_by.image: expected a text, received nothing",
      "website.tags: expected a list, received null",
    ]);
  });

  test("asks nothing of types that are only assumed but that what is there has its type", () => {
    expect(parseEvent({ event: "todo_created" }).ok).toBe(true);
    expect(messagesOf({ event: "todo_created", todo: { done: "yes" } })).toEqual([
      'todo.done: expected true or false, received the text "yes"',
    ]);
  });
});

describe("bad bodies", () => {
  test("the platform's sample as its help page prints it: where, what was expected, and the missing comma", () => {
    const bytes = fixture("website_status_changed.as-printed.txt");
    const offset = new TextDecoder().decode(bytes).indexOf('"previousStatus"');
    const parsed = parseEvent(bytes);
    expect(parsed).toEqual({
      ok: false,
      issues: [
        {
          path: "",
          message:
            'line 59, column 3: expected "," or "}", received "previousStatus"; a comma is missing at the end of line 58',
          expected: '"," or "}"',
          received: '"previousStatus"',
          position: { offset, line: 59, column: 3 },
        },
      ],
    });
  });

  test.each([
    ["", "line 1, column 1: expected a value, received an empty body"],
    [" \n", "line 2, column 1: expected a value, received an empty body"],
    ["[1]", "expected a JSON object, received a list"],
    ["null", "expected a JSON object, received null"],
    ["hello", 'line 1, column 1: expected a value, received "hello"'],
    ['{"event":"x"} {}', 'line 1, column 15: expected nothing more after the value, received "{"'],
    ['{"event":"x",}', 'line 1, column 14: expected a name in double quotes, received "}"'],
    ["{'event':'x'}", 'line 1, column 2: expected a name in double quotes or "}", received "\'"'],
    [
      '{"event":"x',
      "line 1, column 12: expected a double quote at the end of the text, received the end of the text",
    ],
  ])("%j", (text, message) => {
    expect(messagesOf(text)).toEqual([message]);
  });

  test("a NUL in the title is kept: it is valid JSON", () => {
    const text = new TextDecoder()
      .decode(fixture("website_status_changed.json"))
      .replace("Harry's", "Harry\\u0000s");
    const parsed = parseEvent(text);
    expect(parsed.ok && parsed.event).toHaveProperty("website.title", "Harry\u0000s Diner");
  });

  test.each([
    ["lists", "[".repeat(100_000) + "]".repeat(100_000)],
    ["objects", '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000)],
    ["lists that never close", "[".repeat(100_000)],
  ])("100,000 %s in each other are refused without overflowing the stack", (_name, nested) => {
    expect(messagesOf(`{"event":"x","deep":${nested}}`)).toEqual([
      expect.stringMatching(
        /^line 1, column \d+: expected at most 100 levels of nesting, received level 101$/,
      ),
    ]);
  });

  test("brackets inside a text are no depth", () => {
    expect(parseEvent(`{"event":"x","text":"\\"${"[".repeat(1000)}\\\\"}`).ok).toBe(true);
  });

  test("an object nested deeper than the stack is no problem either", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = { deep };
    const { data } = eventTypes[1].samples[0];
    expect(parseEvent({ ...data, deep }).ok).toBe(true);
  });

  test("invalid UTF-8 is refused with the byte that is wrong", () => {
    const bytes = utf8('{"event":"caf?"}');
    bytes[13] = 0xe9;
    expect(parseEvent(bytes)).toMatchObject({
      ok: false,
      issues: [{ message: "byte 14 of the body is not UTF-8: expected UTF-8, received the byte 0xe9" }],
    });
    expect(messagesOf(new Uint8Array([0x22, 0xc3]))).toEqual([
      "byte 2 of the body is not UTF-8: expected UTF-8, received the byte 0xc3",
    ]);
  });
});

test("no input makes parseEvent throw", () => {
  const anything = fc.oneof(
    fc.anything({
      maxDepth: 2,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
      withSparseArray: true,
    }),
    fc.uint8Array({ maxLength: 200 }),
    anyText(),
    fc.json(),
  );
  const known = fc.record({
    event: fc.constantFrom(...eventTypes.map((type) => type.name)),
    website: fc.anything(),
    fields: fc.anything(),
  });
  fc.assert(
    fc.property(fc.oneof(anything, known), (input) => {
      const parsed = parseEvent(input);
      const issues = parsed.ok ? [] : parsed.issues;
      expect(issues.length > 0).toBe(!parsed.ok);
      for (const { message, expected, received } of issues) {
        expect(message).toContain(expected);
        expect(message).toContain(received);
      }
    }),
    { numRuns: 1_000 },
  );
});
