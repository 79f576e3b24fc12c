import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileMapping, parseTemplate, printTemplate } from "../index.ts";
import { anyData, anyPath } from "../testing/any-condition.ts";
import { contextOf, statusChanged } from "../testing/contexts.ts";
import type { Expression, Output, Template } from "./template.ts";

const literal: fc.Arbitrary<Expression> = fc.record({
  kind: fc.constant("literal" as const),
  value: fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer({ min: -1e9, max: 1e9 }),
    fc.boolean(),
    fc.constant(null),
  ),
});
const expression = fc.oneof(literal, fc.record({ kind: fc.constant("path" as const), path: anyPath }));
const filter = fc.oneof(
  fc.record({
    name: fc.constantFrom("upcase" as const, "json" as const, "slug" as const),
    args: fc.constant([]),
  }),
  fc.record({ name: fc.constant("default" as const), args: fc.tuple(expression) }),
);
const output: fc.Arbitrary<Output> = fc.record({
  value: expression,
  filters: fc.array(filter, { maxLength: 3 }),
});
const text = fc
  .oneof(fc.string(), fc.constantFrom("}}", "%}", "{", "{ {", "}", "\n"))
  .filter((each) => each !== "" && !each.includes("{{") && !each.includes("{%") && !each.endsWith("{"));
const anyTemplate: fc.Arbitrary<Template> = fc
  .array(fc.tuple(fc.option(text, { nil: undefined }), output), { maxLength: 4 })
  .map((pairs) => ({
    parts: pairs.flatMap(([before, each]) => (before === undefined ? [each] : [before, each])),
  }));

/** Nearly templates: pieces of the language in any order. */
const anyPieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "{{",
        "}}",
        "{%",
        "|",
        ":",
        ",",
        "'",
        '"',
        "\\",
        "[",
        "]",
        ".",
        "-",
        " ",
        "website",
        "title",
      ),
      fc.constantFrom("default", "upcase", "date", "__proto__", "1", "1.5", "nil", "\\u", "%d", "{{-"),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(""));

function rendered(template: string, context = statusChanged()) {
  const compiled = compileMapping({ $text: template }, { escapeOf: () => "none", isOptional: () => false });
  if (!compiled.ok) return compiled.problems[0]?.message;
  const result = compiled.value.evaluate(context);
  return result.ok ? result.value : result.problems[0]?.message;
}

test("print and parse undo each other", () => {
  fc.assert(
    fc.property(anyTemplate, (template) => {
      const printed = printTemplate(template);
      expect(parseTemplate(printed)).toEqual({ ok: true, value: template });
    }),
    { numRuns: 1_000 },
  );
});

test("whatever parses prints to something that means the same, and prints to itself", () => {
  fc.assert(
    fc.property(anyPieces, (written) => {
      const parsed = parseTemplate(written);
      const printed = parsed.ok ? printTemplate(parsed.value) : undefined;
      const again = printed === undefined ? parsed : parseTemplate(printed);
      expect(again).toEqual(parsed);
    }),
    { numRuns: 3_000 },
  );
});

test("no template throws, whatever the event", () => {
  expect(() => {
    fc.assert(
      fc.property(fc.oneof(anyPieces, anyTemplate.map(printTemplate)), anyData, (template, data) => {
        rendered(template, contextOf(data));
      }),
      { numRuns: 3_000 },
    );
  }).not.toThrow();
});

describe("what is refused, and where", () => {
  test.each([
    ["{% if a %}x{% endif %}", "character 1: tags do not exist here: no if, for, include or assign"],
    ["Hello {{ website.title", "character 23: an output ends with }} or goes on with |"],
    ["{{- website.title }}", "character 3: blanks are not trimmed here"],
    ["{{ }}", "character 4: no name of a field"],
    ["{{ website.title | eval }}", "character 20: is an unknown filter"],
    ["{{ website.title | truncate: 'x' }}", "character 20: truncate was not given what it takes"],
    ["{{ website.title | default }}", "character 20: default was not given what it takes"],
    ["{{ website.due_date | date: '%Q' }}", "character 23: date was not given what it takes"],
    ["{{ website.due_date | date: '%d', 'Mars/Olympus' }}", "character 23: date was not given what it takes"],
    ["{{ website.id | currency: 'EUROS' }}", "character 17: currency was not given what it takes"],
    ["{{ website.title == 'x' }}", "character 18: an output ends with }} or goes on with |"],
    ["{{ 'open }}", "character 4: a quoted text without its closing quote"],
    ["{{ website.title | upcase: 1 }}", "character 20: upcase was not given what it takes"],
    ["{{ (1..5) }}", "character 4: no name of a field"],
  ])("%s", (template, message) => {
    expect(rendered(template)).toBe(message);
  });
});

describe("filters of our own", () => {
  test.each([
    ["{{ price | number }}", "1,234.5"],
    ["{{ price | number: 2, 'de' }}", "1.234,50"],
    ["{{ price | currency: 'EUR', 'de' }}", "1.234,50\u00a0€"],
    ["{{ price | currency: 'usd' }}", "$1,234.50"],
    ["{{ text_price | number: 1 }}", "1,234.5"],
    ["{{ title | slug }}", "cafe-mueller-soehne"],
    ["{{ '  x ' | trim }}", "x"],
    ["{{ price | upcase | number: 0 }}", "1,235"],
    ["{{ title | number }}", "number needs a number"],
    ["{{ title | date: '%d' }}", "date needs a date or a time such as 2026-11-30T18:00:00Z"],
    ["{{ list | join: ', ' }}", "a, b"],
    ["{{ people | map: 'name' | join: ', ' }}", "Mary, John"],
    ["{{ person }}", "person has no text"],
    ["{{ person | json }}", '{"name":"Mary"}'],
    ["{{ none | upcase }}", "none is missing in this event"],
    ["{{ title | default: none }}", "Café Müller & Söhne"],
    ["{{ none | default: nothing }}", "none is missing in this event"],
    ['{{ fields["E-mail address"] }}', "harry@example.com"],
  ])("%s", (template, expected) => {
    const context = contextOf({
      price: 1234.5,
      text_price: "1234.5",
      title: "Café Müller & Söhne",
      list: ["a", "b"],
      person: { name: "Mary" },
      people: [{ name: "Mary" }, { name: "John" }],
      fields: { "E-mail address": "harry@example.com" },
    });
    expect(rendered(template, context)).toBe(expected);
  });
});
