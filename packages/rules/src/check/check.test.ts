import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCondition, checkMapping } from "../index.ts";
import { anyData, anyInput } from "../testing/any-condition.ts";

const documented = { eventTypes: ["website_status_changed"] };
const anyField = { escapeOf: () => undefined, isOptional: () => false };

function fixesOf(json: unknown, known: Parameters<typeof checkCondition>[1]) {
  const checked = checkCondition(json, known);
  const problems = checked.ok ? [] : checked.problems;
  return { problems: problems.map(({ fix }) => fix), warnings: checked.warnings.map(({ fix }) => fix) };
}

describe("a path that the documented type lacks is refused, with the nearest one", () => {
  test.each([
    ["website.statsu", "website.status"],
    ["status", "website.status"],
    ["website.Title", "website.title"],
    ["previousstatus", "previousStatus"],
    ["website.assigned_to.e-mail", "website.assigned_to.email"],
    ["website.badges.0.typ", "website.badges.0.type"],
    ["event", "event.type"],
    ["event.subjekt", "event.subject"],
    ["source.id.x", "source.id"],
  ])("%s", (path, nearest) => {
    const fix = `Did you mean \`${nearest}\`?`;
    expect(fixesOf({ [path]: { $exists: true } }, documented)).toEqual({ problems: [fix], warnings: [] });
    const checked = checkMapping({ text: { $path: path } }, { ...documented, ...anyField });
    expect(!checked.ok && checked.problems).toEqual([expect.objectContaining({ path: "input.text", fix })]);
  });

  test("and nothing that it has", () => {
    const paths = [
      "website.status",
      "website.domains.0",
      "website.meta.anything.below",
      "website.tags.3.name",
    ];
    for (const path of [...paths, "previousStatus", "website.closed_by.email", "event.time", "source.key"]) {
      expect(fixesOf({ [path]: { $exists: true } }, documented)).toEqual({ problems: [], warnings: [] });
    }
  });

  test("each with its place", () => {
    const checked = checkCondition(
      { $or: [{ "website.id": 1 }, { $not: { nothing: { $in: [1] } } }] },
      documented,
    );
    expect(!checked.ok && checked.problems).toEqual([
      {
        path: "when.$or.1.$not.nothing.$in",
        message: "is no field of website_status_changed",
        expected: "a field of website_status_changed",
        received: '"nothing"',
        fix: undefined,
      },
    ]);
  });
});

describe("of an assumed type", () => {
  const assumed = { eventTypes: ["todo_created"] };

  test("a path that nobody has seen is saved with a warning", () => {
    expect(fixesOf({ "todo.titel": "x" }, assumed)).toEqual({
      problems: [],
      warnings: ["Did you mean `todo.title`?"],
    });
    expect(fixesOf({ "todo.title": "x" }, assumed)).toEqual({ problems: [], warnings: [] });
  });

  test("a path that was seen is as good as one of the schema", () => {
    const seen = { todo_created: [{ todo: { priority: 1 } }, { todo: { labels: [{ name: "x" }] } }] };
    for (const json of [{ "todo.priority": 2 }, { "todo.labels.0.name": "x" }]) {
      expect(fixesOf(json, { ...assumed, seen })).toEqual({ problems: [], warnings: [] });
    }
    expect(fixesOf({ "todo.priorty": 1 }, { ...assumed, seen }).warnings).toEqual([
      "Did you mean `todo.priority`?",
    ]);
  });
});

test("types that nobody knows, and all types, may have any field", () => {
  for (const type of ["*", "invoice_paid", "__proto__", "constructor"]) {
    expect(fixesOf({ "anything.at.all": 1 }, { eventTypes: [type] })).toEqual({ problems: [], warnings: [] });
  }
  expect(
    fixesOf({ totl: 1 }, { eventTypes: ["invoice_paid"], seen: { invoice_paid: [{ total: 1 }] } }),
  ).toEqual({
    problems: [],
    warnings: ["Did you mean `total`?"],
  });
});

test("a field that only one of several types has is a warning", () => {
  const both = { eventTypes: ["website_status_changed", "todo_created"] };
  expect(fixesOf({ "todo.done": true }, both).problems).toEqual([]);
  expect(checkCondition({ "todo.done": true }, both).warnings).toHaveLength(1);
  expect(fixesOf({ "todo.dnoe": true }, both).problems).toEqual(["Did you mean `todo.done`?"]);
});

describe("what can hardly be meant is a warning", () => {
  test.each([
    [{ "website.id": "321654" }, /is a number/],
    [{ "website.title": { $gt: 5 } }, /is a text/],
    [{ "website.published_status": "yes" }, /is true or false/],
    [{ "website.status": "Donee" }, /no status that is known/],
    [{ "website.status": { $changedTo: ["Done", "Donee"] } }, /no status that is known/],
  ])("%j", (json, message) => {
    const checked = checkCondition(json, documented);
    expect(checked.ok).toBe(true);
    expect(checked.warnings.map((warning) => warning.message)).toEqual([expect.stringMatching(message)]);
  });

  test("not where it may be right", () => {
    for (const json of [
      { "website.domain": null },
      { "website.domains": { $contains: "x" } },
      { "website.due_date": "x" },
    ]) {
      expect(checkCondition(json, documented).warnings).toEqual([]);
    }
  });
});

test("an alert may ask for the subscription it is about", () => {
  const alerts = { eventTypes: ["stellwerk.delivery_failing"] };
  const checked = checkMapping(
    { text: { $text: "{{ subscription.name }}: {{ message.de }}" } },
    { ...alerts, ...anyField },
  );
  expect(checked).toMatchObject({ ok: true, warnings: [] });
});

test("no input throws when it is checked", () => {
  const types = fc.array(
    fc.constantFrom("*", "website_status_changed", "todo_created", "nothing", "__proto__"),
  );
  const run = (json: unknown, data: unknown, eventTypes: string[]) => {
    const known = { eventTypes, seen: { todo_created: [data], nothing: [data, json] } };
    checkCondition(json, known);
    checkMapping(json, { ...known, ...anyField });
  };
  expect(() => {
    fc.assert(fc.property(anyInput, anyData, types, run), { numRuns: 1_000 });
  }).not.toThrow();
});
