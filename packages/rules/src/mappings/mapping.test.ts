import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileMapping } from "../index.ts";
import type { Escape, MappedFields } from "../index.ts";
import { anyData, anyInput } from "../testing/any-condition.ts";
import { contextOf, statusChanged } from "../testing/contexts.ts";

/** `text` is Slack's, `page` HTML, `link` an address; `note` may be missing, `owner` may be null. */
const fields: MappedFields = {
  escapeOf: (field) => ({ text: "slack-mrkdwn", page: "html", link: "url" } as Record<string, Escape>)[field],
  isOptional: (field) => field === "note" || field === "blocks.0.note",
  acceptsNull: (field) => field === "owner",
};

function mapped(json: unknown, context = statusChanged()) {
  const compiled = compileMapping(json, fields);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.value.evaluate(context);
}

function problemsOf(json: unknown) {
  const compiled = compileMapping(json, fields);
  return compiled.ok ? [] : compiled.problems;
}

describe("an input", () => {
  test("of plain JSON is itself", () => {
    const plain = { channel: "C024BE91L", blocks: [{ type: "divider" }, 1, null, true] };
    expect(mapped(plain)).toEqual({ ok: true, value: plain });
  });

  test("takes values with their type, texts and entries of tables from the event", () => {
    const input = {
      id: { $path: "website.id" },
      key: { $text: "{{ source.key }}-{{ website.id }}" },
      channel: { $map: "website.status", values: { fertig: "C1", Creation: "C2" } },
      blocks: [{ text: { $path: "website.title" } }, { when: { $path: "event.time" } }],
      badges: { $path: "website.badges" },
    };
    expect(mapped(input)).toEqual({
      ok: true,
      value: {
        id: 321654,
        key: "main-321654",
        channel: "C1",
        blocks: [{ text: "Harry's Diner" }, { when: "2026-11-23T18:00:00Z" }],
        badges: [{ type: "customer", status: "no_invite" }],
      },
    });
  });

  test("names every value that the event lacks, with the field and the fix", () => {
    const result = mapped({
      title: { $path: "website.subtitle" },
      text: { $text: "Due {{ website.due_date | date: '%d.%m.' }}" },
      channel: { $map: "website.status", values: { Lead: "C1" } },
    });
    expect(result).toEqual({
      ok: false,
      problems: [
        {
          path: "input.title",
          message: "website.subtitle is missing in this event",
          expected: "a value at website.subtitle",
          received: "nothing",
          fix: 'Give a "default" next to $path.',
        },
        {
          path: "input.text",
          message: "website.due_date is missing in this event",
          expected: "a value at website.due_date",
          received: "null",
          fix: 'Give a value for when it is missing: {{ website.due_date | default: "…" }}.',
        },
        {
          path: "input.channel",
          message: 'website.status is nothing that "values" has',
          expected: 'one of "Lead"',
          received: '"Done"',
          fix: 'Add it to "values", or give a "default".',
        },
      ],
    });
  });

  test("uses the default, or leaves out what the action can do without", () => {
    const input = {
      title: { $path: "website.subtitle", default: "none" },
      text: { $text: '{{ website.due_date | default: "soon" }}' },
      channel: { $map: "website.status", values: {}, default: null },
      note: { $text: "Due {{ website.due_date }}" },
      owner: { $path: "website.assigned_to" },
      blocks: [{ note: { $path: "website.nothing" } }],
    };
    expect(mapped(input)).toEqual({
      ok: true,
      value: { title: "none", text: "soon", channel: null, owner: null, blocks: [{}] },
    });
  });
});

describe("escaping follows the field", () => {
  const context = statusChanged({ title: `<!channel> & "O'Brien"` });

  test.each([
    ["text", '&lt;!channel&gt; &amp; "O\'Brien"'],
    ["page", "&lt;!channel&gt; &amp; &#34;O&#39;Brien&#34;"],
    ["link", "%3C%21channel%3E%20%26%20%22O%27Brien%22"],
    ["plain", `<!channel> & "O'Brien"`],
  ])("%s", (field, escaped) => {
    const literal = "<https://example.com|";
    const template = { $text: `${literal}{{ website.title }}>` };
    expect(mapped({ [field]: template }, context)).toEqual({
      ok: true,
      value: { [field]: `${literal}${escaped}>` },
    });
    expect(mapped({ [field]: { $path: "website.title" } }, context)).toEqual({
      ok: true,
      value: { [field]: escaped },
    });
  });

  test("also inside a list or object that is taken as a whole", () => {
    const result = mapped(
      { text: { $path: "website.tags" } },
      statusChanged({ tags: [{ name: "<!here>" }] }),
    );
    expect(result).toEqual({ ok: true, value: { text: [{ name: "&lt;!here&gt;" }] } });
  });

  test("each field of what is taken as a whole by its own declaration, or by that of what it is in", () => {
    const declared: MappedFields = {
      escapeOf: (field) => (field === "whole" || field === "list.0.text" ? "slack-mrkdwn" : undefined),
      isOptional: () => false,
    };
    const input = {
      whole: [{ $text: "{{ x }}" }, { deep: { $path: "x" } }],
      list: { $path: "list" },
      other: { $path: "list" },
    };
    const compiled = compileMapping(input, declared);
    const data = { x: "<!here>", list: [{ text: "<!here>", plain: "<b>" }] };
    expect(compiled.ok && compiled.value.evaluate(contextOf(data))).toEqual({
      ok: true,
      value: {
        whole: ["&lt;!here&gt;", { deep: "&lt;!here&gt;" }],
        list: [{ text: "&lt;!here&gt;", plain: "<b>" }],
        other: data.list,
      },
    });
  });

  test("filters cannot take it off, and a default is escaped like a value", () => {
    const text = '{{ website.title | json }}{{ website.none | default: "<!here>" }}{{ "<!everyone>" }}';
    const result = mapped({ text: { $text: text } }, context);
    expect(JSON.stringify(result)).not.toMatch(/<!/);
  });

  test("a whole address at the start of an address stays one", () => {
    expect(
      mapped({ link: { $text: "{{ source.managerUrl }}/websites/{{ website.id }}?q={{ website.title }}" } }),
    ).toEqual({
      ok: true,
      value: { link: "https://manager.example.com/websites/321654?q=Harry%27s%20Diner" },
    });
    const evil = statusChanged({ domain: "javascript:alert(1)", title: "https://a b\n/<c>" });
    expect(mapped({ link: { $path: "website.domain" } }, evil)).toEqual({
      ok: true,
      value: { link: "javascript%3Aalert%281%29" },
    });
    expect(mapped({ link: { $path: "website.title" } }, evil)).toEqual({
      ok: true,
      value: { link: "https://a%20b%0A/%3Cc%3E" },
    });
  });
});

describe("what is refused", () => {
  test("every mistake at once, each with its place", () => {
    const problems = problemsOf({
      a: { $txt: "x" },
      b: { $path: "website..id" },
      c: { $text: "{{ website.title | upcas }}" },
      d: [{ $map: "website.status" }],
      e: { $path: "website.id", fallback: 1 },
      f: { $text: 5 },
    });
    expect(problems.map(({ path, fix }) => [path, fix])).toEqual([
      ["input.a.$txt", "Did you mean `$text`?"],
      ["input.b.$path", undefined],
      ["input.c.$text", "Did you mean `upcase`?"],
      ["input.d.0.values", expect.stringContaining("For example")],
      ["input.e.fallback", "Next to $path there may be default."],
      ["input.f.$text", undefined],
    ]);
  });

  test.each([
    ["10,000 levels", nested(10_000), /nested too deep/],
    ["a list of 100,000", { a: Array.from({ length: 100_000 }, () => 1) }, /too large/],
    [
      "100,000 keys",
      Object.fromEntries(Array.from({ length: 100_000 }, (_, key) => [`k${key}`, 1])),
      /too large/,
    ],
    ["a template of 1 MB", { a: { $text: "{{ a }}".repeat(150_000) } }, /too long a template/],
    ["1,000 outputs", { a: { $text: "{{ a }}".repeat(1_000) } }, /too many outputs/],
  ])("%s", (_name, json, message) => {
    const problems = problemsOf(json);
    expect(problems[0]?.message).toMatch(message);
    expect(JSON.stringify(problems).length).toBeLessThan(2_000);
  });

  test("a text that becomes too long in an event", () => {
    const big = contextOf({ title: "x".repeat(600_000) });
    const result = mapped({ text: { $text: "{{ title }}{{ title }}" } }, big);
    expect(!result.ok && result.problems[0]?.message).toBe("becomes too long a text");
  });
});

function nested(levels: number): unknown {
  let json: unknown = 1;
  for (let level = 0; level < levels; level += 1) json = { a: json };
  return json;
}

test("no name reaches a prototype", () => {
  const input = JSON.parse(
    '{"__proto__":{"$path":"website.id"},"constructor":{"$text":"{{ website.title }}"}}',
  );
  const result = mapped(input);
  expect(Object.keys(result.ok ? (result.value as object) : {})).toEqual(["__proto__", "constructor"]);
  for (const path of [
    "__proto__",
    "constructor.name",
    "website.toString",
    "website.domains.length",
    "website.title.length",
  ]) {
    expect(mapped({ a: { $path: path } }).ok).toBe(false);
    expect(mapped({ a: { $text: `{{ ${path} }}` } }).ok).toBe(false);
  }
  expect(mapped({ a: { $map: "website.status", values: {}, default: 0 } })).toEqual({
    ok: true,
    value: { a: 0 },
  });
});

test("no input throws, at any step", () => {
  const run = (json: unknown, data: unknown) => {
    const compiled = compileMapping(json, fields);
    if (compiled.ok) compiled.value.evaluate(contextOf(data));
  };
  expect(() => {
    fc.assert(fc.property(anyInput, anyData, run), { numRuns: 1_000 });
  }).not.toThrow();
});

describe("a large event", () => {
  const big = contextOf({ title: "x".repeat(1_000_000), list: Array.from({ length: 100_000 }, () => "y") });

  test.each([
    ["taken whole by 4,000 fields", Array.from({ length: 4_000 }, () => ({ $path: "title" }))],
    [
      "put through 3,000 filters",
      Array.from({ length: 200 }, () => ({ $text: `{{ title${" | upcase".repeat(15)} | truncate: 1 }}` })),
    ],
    [
      "listed 4,000 times",
      Array.from({ length: 4_000 }, () => ({ $text: "{{ list | json | truncate: 1 }}" })),
    ],
  ])("%s is refused, at once", (_name, json) => {
    const beganAt = performance.now();
    const result = mapped(json, big);
    expect(!result.ok && result.problems[0]?.message).toBe("takes too much from this event");
    expect(!result.ok && result.problems.length).toBeLessThanOrEqual(101);
    expect(performance.now() - beganAt).toBeLessThan(2_000);
  });

  test("of 10,000 levels is refused", () => {
    const escaped = mapped({ text: { $path: "deep" } }, contextOf({ deep: nested(10_000) }));
    expect(!escaped.ok && escaped.problems[0]?.message).toBe("deep is nested too deep");
  });
});
