import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCondition, describeCondition, parseCondition, printCondition, whyNot } from "../index.ts";
import { anyCondition, anyData, anyInput } from "../testing/any-condition.ts";
import { contextOf, statusChanged } from "../testing/contexts.ts";

function compiled(json: unknown) {
  const result = compileCondition(json);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

function problemsOf(json: unknown) {
  const result = compileCondition(json);
  return result.ok ? [] : result.problems;
}

describe("for every input", () => {
  test("nothing throws: parse, compile, evaluate, explain, describe", () => {
    const run = (json: unknown, data: unknown) => {
      describeCondition(json, "de");
      const result = compileCondition(json);
      if (!result.ok) return;
      result.value.evaluate(contextOf(data));
      result.value.explain(contextOf(data));
    };
    expect(() => {
      fc.assert(fc.property(anyInput, anyData, run), { numRuns: 1_000 });
    }).not.toThrow();
  });

  test("explain agrees with evaluate", () => {
    fc.assert(
      fc.property(anyCondition, anyData, (condition, data) => {
        const { evaluate, explain } = compiled(printCondition(condition));
        const context = contextOf(data);
        expect(explain(context).verdict).toBe(evaluate(context));
      }),
      { numRuns: 1_000 },
    );
  });

  test("print and parse undo each other", () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        const printed = JSON.stringify(printCondition(condition));
        const parsed = parseCondition(JSON.parse(printed));
        expect(parsed).toEqual({ ok: true, value: condition });
        expect(parsed.ok && JSON.stringify(printCondition(parsed.value))).toBe(printed);
      }),
      { numRuns: 1_000 },
    );
  });

  test("what a person wrote shorter prints to something that means the same", () => {
    const short = { "website.status": { $in: ["Done"], $not: { $eq: "Lead" } }, "website.id": 321654 };
    const long = printCondition(compiled(short).condition);
    expect(compiled(long).condition).toEqual(compiled(short).condition);
  });
});

describe("what is refused", () => {
  test("an unknown operator, with the nearest one", () => {
    expect(problemsOf({ "website.title": { $contain: "Diner" } })).toEqual([
      expect.objectContaining({
        path: "when.website.title.$contain",
        message: "is an unknown operator",
        received: '"$contain"',
        fix: "Did you mean `$contains`?",
      }),
    ]);
  });

  test("every mistake at once, each with its place", () => {
    const problems = problemsOf({
      $or: [{ "website.title": { $startsWith: 5 } }, { "website.id": { $gt: "5" } }, {}],
      $xor: [],
      "website.status": ["Done"],
      "website..title": "x",
    });
    expect(problems.map(({ path, received }) => [path, received])).toEqual([
      ["when.$or.0.website.title.$startsWith", "5"],
      ["when.$or.1.website.id.$gt", '"5"'],
      ["when.$or.2", "an object"],
      ["when.$xor", '"$xor"'],
      ["when.website.status", "a list of 1"],
      ["when.website..title", '"website..title"'],
    ]);
  });

  test.each([
    ["a tree of 10,000 levels", nested(10_000, (inner) => ({ $not: inner })), /nested too deep/],
    ["10,000 levels of lists", nested(10_000, (inner) => ({ $and: [inner] })), /nested too deep/],
    ["10,000 levels behind a path", { a: nested(10_000, (inner) => ({ $not: inner })) }, /nested too deep/],
    ["a list of 100,000", { a: { $in: Array.from({ length: 100_000 }, () => "x") } }, /too long a list/],
    ["100,000 conditions", { $or: Array.from({ length: 100_000 }, () => ({ a: 1 })) }, /too large/],
    [
      "100,000 keys",
      Object.fromEntries(Array.from({ length: 100_000 }, (_, key) => [`k${key}`, 1])),
      /too large/,
    ],
    ["1,000,000 characters", { a: "x".repeat(1_000_000) }, /takes a text/],
    ["a path of 1,000,000 characters", { ["x".repeat(1_000_000)]: 1 }, /longer than/],
  ])("%s", (_name, json, message) => {
    const problems = problemsOf(json);
    expect(problems[0]?.message).toMatch(message);
    expect(JSON.stringify(problems).length).toBeLessThan(2_000);
  });

  test("names of prototypes are names like any other", () => {
    const context = contextOf({ website: { status: "Done" } });
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "website.constructor",
      "website.status.length",
    ]) {
      expect(compiled({ [name]: { $exists: true } }).evaluate(context)).toBe(false);
    }
    const own = contextOf(JSON.parse('{"__proto__":{"x":1}}'));
    expect(compiled(JSON.parse('{"__proto__.x":1}')).evaluate(own)).toBe(true);
  });
});

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let json: unknown = { a: 1 };
  for (let level = 0; level < levels; level += 1) json = wrap(json);
  return json;
}

describe("as large as it may be", () => {
  const words = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ title: { $containsIgnoreCase: `no${index}` } }));

  test("200 comparisons and groups are taken, 201 are not", () => {
    expect(problemsOf({ $or: words(199) })).toEqual([]);
    expect(problemsOf({ $or: words(200) }).map(({ message }) => message)).toEqual(["is too large"]);
  });

  test("searches a megabyte without holding anybody up", () => {
    const { evaluate } = compiled({ $or: words(199) });
    const big = contextOf({ title: "x".repeat(1_000_000) });
    const beganAt = performance.now();
    expect(evaluate(big)).toBe(false);
    expect(performance.now() - beganAt).toBeLessThan(2_000);
  });
});

test("whyNot names the comparisons that decided", () => {
  const { explain } = compiled({
    "website.status": { $in: ["Creation", "Done"] },
    "website.title": { $startsWith: "Harry" },
    $not: { "website.id": 321654 },
  });
  expect(whyNot(explain(statusChanged({ status: "Feedback" }))).en).toBe(
    "status is Creation or Done: no, website.status is Feedback; website id is 321654: yes, website.id is 321654",
  );
  expect(whyNot(explain(statusChanged({ id: 1 })))).toEqual({ en: "", de: "" });
});

describe("statuses", () => {
  test.each(["Done", "done", "FERTIG", "ist fertig"])("%s is Done", (name) => {
    for (const operator of ["$eq", "$eqIgnoreCase", "$changedTo"]) {
      expect(compiled({ "website.status": { [operator]: name } }).evaluate(statusChanged())).toBe(true);
    }
    expect(compiled({ "website.status": { $nin: [name] } }).evaluate(statusChanged())).toBe(false);
  });

  test("a status nobody has told us of is compared in any case", () => {
    const launched = statusChanged({ status: "Launch Party" });
    expect(compiled({ "website.status": "launch party" }).evaluate(launched)).toBe(true);
    expect(compiled({ "website.status": "launch" }).evaluate(launched)).toBe(false);
  });

  test("a change needs a value before, and another one", () => {
    const changed = compiled({
      "website.status": { $changedFrom: "Abwicklung", $changedTo: ["Lead", "Fertig"] },
    });
    expect(changed.evaluate(statusChanged())).toBe(true);
    expect(changed.evaluate(statusChanged({}, "Done"))).toBe(false);
    expect(changed.evaluate(contextOf({ website: { status: "Done" } }))).toBe(false);
    expect(compiled({ "website.status": { $changed: false } }).evaluate(statusChanged({}, "fertig"))).toBe(
      true,
    );
    expect(problemsOf({ "website.title": { $changed: true } })[0]?.fix).toMatch(/Only website\.status/);
  });
});

describe("in words", () => {
  test.each([
    [
      { "website.status": { $in: ["Creation", "fertig"] } },
      "status is Creation or Done",
      "Status ist Erstellung oder Fertig",
    ],
    [{ "website.title": { $contains: "Diner" } }, 'title contains "Diner"', "Titel enthält „Diner“"],
    [
      { "website.status": { $changedFrom: "Interest", $changedTo: "Preparation" } },
      "status changed from Interest and status changed to Preparation",
      "Status wechselte von Interesse und Status wechselte zu Vorbereitung",
    ],
    [{}, "always", "immer"],
  ])("%j", (json, en, de) => {
    expect(describeCondition(json, "en")).toBe(en);
    expect(describeCondition(json, "de")).toBe(de);
  });

  test("an explanation says what was asked and what was there", () => {
    const { explain } = compiled({ "website.status": { $in: ["Creation", "Done"] } });
    expect(explain(statusChanged({ status: "Feedback" }))).toEqual({
      kind: "test",
      verdict: false,
      path: "website.status",
      operator: "$in",
      expected: ["Creation", "Done"],
      actual: "Feedback",
      sentence: {
        en: "status is Creation or Done: no, website.status is Feedback",
        de: "Status ist Erstellung oder Fertig: nein, website.status ist Feedback",
      },
    });
  });

  test("of a group how many of its parts hold", () => {
    const { explain } = compiled({
      $or: [{ "website.id": 1 }, { "website.status": "Done" }],
      "website.id": 1,
    });
    const all = explain(statusChanged());
    expect(all.sentence).toEqual({
      en: "1 of 2 holds, all have to",
      de: "1 von 2 trifft zu, alle müssen es",
    });
    const [any] = all.kind === "test" ? [] : all.parts;
    expect(any?.sentence.en).toBe("1 of 2 holds, one has to");
  });
});
