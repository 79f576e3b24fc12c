import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bumpIn, readChangesets } from "./changesets.ts";
import { compareContracts } from "./compare-contracts.ts";
import { currentContracts } from "./contracts.ts";
import type { Contracts, TypeContract } from "./contracts.ts";
import { CHANGESET_FOLDER, packageVersion, problemsWith, readLock } from "./lock.ts";
import type { Situation } from "./lock.ts";

test("what is published changes only with a changeset", () => {
  const found = problemsWith({
    lock: readLock(),
    current: currentContracts(),
    version: packageVersion(),
    changesets: readChangesets(CHANGESET_FOLDER),
  });
  expect(found.join("\n\n")).toBe("");
});

test("no schema that was ever published is gone", () => {
  for (const [name, { version }] of Object.entries(readLock().contracts.types)) {
    for (let each = 1; each <= version; each += 1) {
      expect(
        existsSync(new URL(`../schemas/${name}/${each}.json`, import.meta.url)),
        `${name}/${each}.json`,
      ).toBe(true);
    }
  }
});

const type: TypeContract = {
  version: 1,
  documented: true,
  schema: {
    type: "object",
    properties: { id: { type: "integer" }, title: { type: "string" } },
    required: ["id"],
  },
  samples: { first: { id: 1, title: "One", tags: [1] } },
};
const contracts: Contracts = { topic: "t", headers: { type: "object" }, types: { created: type } };

function withType(change: Partial<TypeContract>): Contracts {
  return { ...contracts, types: { created: { ...type, ...change } } };
}

/** What stands in the way of this change, given these changesets. */
function problems(current: Contracts, changesets: Situation["changesets"] = [], version = "1.0.0"): string[] {
  const lock = { version: "1.0.0", changesets: ["old"], contracts };
  return problemsWith({ lock, current, version, changesets });
}

const optionalField = withType({
  schema: { ...type.schema, properties: { id: { type: "integer" }, title: { type: "string" }, more: {} } },
});
const fieldRemoved = { schema: { ...type.schema, properties: { id: { type: "integer" } } } };

describe("a compatible change", () => {
  test("needs a new changeset of at least minor", () => {
    expect(problems(optionalField)).toEqual([
      'What is published changed:\n  compatible: created.more was added\nExpected a new .changeset/*.md with "@stellwerk/events": minor, found none.',
    ]);
    expect(problems(optionalField, [{ name: "new", bump: "patch" }])[0]).toContain("found patch");
    expect(problems(optionalField, [{ name: "new", bump: "minor" }])).toEqual([]);
    expect(problems(optionalField, [{ name: "new", bump: "major" }])).toEqual([]);
  });

  test("is not announced by a changeset that was there before", () => {
    expect(problems(optionalField, [{ name: "old", bump: "major" }])).toHaveLength(1);
  });
});

describe("a breaking change", () => {
  test("needs a major and a new version of its schema", () => {
    expect(
      problems(withType({ ...fieldRemoved, version: 2 }), [{ name: "new", bump: "minor" }])[0],
    ).toContain('"@stellwerk/events": major, found minor');
    expect(problems(withType({ ...fieldRemoved, version: 2 }), [{ name: "new", bump: "major" }])).toEqual([]);
    expect(problems(withType(fieldRemoved), [{ name: "new", bump: "major" }])).toEqual([
      "The schema of created breaks its readers: expected its version to rise above 1.",
    ]);
  });

  test("needs none of it when nothing changed, and a new lock after a release", () => {
    expect(problems(contracts)).toEqual([]);
    expect(problems(contracts, [], "1.1.0")).toEqual([
      "The package is 1.1.0 but the lock is of 1.0.0: run `pnpm --filter @stellwerk/events record:published`.",
    ]);
  });
});

describe("compareContracts", () => {
  const impactOf = (current: Contracts) =>
    compareContracts(contracts, current).map(({ impact, what }) => `${impact}: ${what}`);

  test.each<[string, Contracts, string]>([
    [
      "a type was added",
      { ...contracts, types: { created: type, moved: type } },
      "compatible: moved was added",
    ],
    ["a type was removed", { ...contracts, types: {} }, "breaking: created was removed"],
    ["the topic was renamed", { ...contracts, topic: "u" }, "breaking: the topic was renamed to u"],
    [
      "a header was removed",
      { ...contracts, headers: { type: "string" } },
      "breaking: headers: the type changed: object → string",
    ],
    [
      "a sample was added",
      withType({ samples: { ...type.samples, second: {} } }),
      "compatible: the sample created/second was added",
    ],
    ["a sample was removed", withType({ samples: {} }), "breaking: the sample created/first was removed"],
    [
      "a sample has more in it",
      withType({ samples: { first: { id: 1, title: "One", tags: [1], more: 2 } } }),
      "compatible: the sample created/first has more in it",
    ],
    [
      "a sample's value changed",
      withType({ samples: { first: { id: 1, title: "Two", tags: [1] } } }),
      "breaking: the sample created/first changed",
    ],
    [
      "a sample lost a value",
      withType({ samples: { first: { id: 1, tags: [1] } } }),
      "breaking: the sample created/first changed",
    ],
    [
      "a sample's list changed",
      withType({ samples: { first: { id: 1, title: "One", tags: [] } } }),
      "breaking: the sample created/first changed",
    ],
    ["a type is only assumed now", withType({ documented: false }), "breaking: created is only assumed now"],
    ["a version rose", withType({ version: 2 }), "breaking: created has version 2 instead of 1"],
  ])("%s", (_name, current, expected) => {
    expect(impactOf(current)).toEqual([expected]);
  });
});

describe("bumpIn", () => {
  test.each([
    ['---\n"@stellwerk/events": minor\n---\nText', "minor"],
    ["---\r\n'@stellwerk/bus': patch\r\n'@stellwerk/events': major\r\n---\r\n", "major"],
    ['---\n"@stellwerk/bus": minor\n---\n"@stellwerk/events": major', undefined],
    ['"@stellwerk/events": major', undefined],
  ])("of %j is %j", (text, bump) => {
    expect(bumpIn(text)).toBe(bump);
  });
});
