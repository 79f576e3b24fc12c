/** docs/rules.md, held to the code. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkCondition, checkMapping, FILTER_NAMES, OPERATOR_NAMES } from "./index.ts";
import * as limits from "./limits.ts";
import { statusChanged } from "./testing/contexts.ts";

const document = readFileSync(new URL("../../../docs/rules.md", import.meta.url), "utf8");
const context = statusChanged({ due_date: "2026-11-30", tags: ["vip"] });
const known = { eventTypes: ["website_status_changed"] };
const fields = { escapeOf: () => undefined, isOptional: () => false };

/** The cells of the table under this header; a pipe inside one is written \|. */
function rowsUnder(header: string): string[][] {
  const lines = document.slice(document.indexOf(header)).split("\n").slice(2);
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(0, end).map((line) => line.slice(2, -2).split(" | "));
}

function codeIn(cell: string | undefined): string {
  return (/^`(.*)`$/.exec(cell ?? "")?.[1] ?? "").replaceAll("\\|", "|");
}

const operators = rowsUnder("| operator |");
const filters = rowsUnder("| filter |");
const jsonBlocks = [...document.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json = ""]) => JSON.parse(json) as unknown,
);

describe("conditions", () => {
  test.each(operators.map(([name, , example]) => [name, codeIn(example)]))("%s", (name, example) => {
    const named = [...(name ?? "").matchAll(/\$\w+/g)].map(([operator]) => operator);
    expect(named.filter((operator) => !example?.includes(`"${operator}"`))).toEqual([]);
    const checked = checkCondition(JSON.parse(example ?? ""), known);
    expect(checked).toMatchObject({ ok: true, warnings: [] });
    expect(checked.ok && checked.value.evaluate(context)).toBe(true);
  });

  test("every operator is there", () => {
    const named = operators.flatMap(([name = ""]) =>
      [...name.matchAll(/\$\w+/g)].map(([operator]) => operator),
    );
    expect(named.toSorted()).toEqual([...OPERATOR_NAMES, "$and", "$or", "$not"].toSorted());
  });

  test("the first example holds", () => {
    const checked = checkCondition(jsonBlocks[0], known);
    expect(checked.ok && checked.value.evaluate(context)).toBe(true);
  });
});

test("the input becomes what the document says", () => {
  const checked = checkMapping(jsonBlocks[1], { ...known, ...fields });
  expect(checked.ok && checked.value.evaluate(context)).toEqual({ ok: true, value: jsonBlocks[2] });
});

test.each(rowsUnder("| mapping |").map(([example]) => codeIn(example)))("mapping %s", (example) => {
  const checked = checkMapping(JSON.parse(example), { ...known, ...fields });
  expect(checked).toMatchObject({ ok: true, warnings: [] });
  expect(checked.ok && checked.value.evaluate(context).ok).toBe(true);
});

describe("filters", () => {
  test.each(filters.map(([, example, gives]) => [codeIn(example), codeIn(gives)]))("%s", (example, gives) => {
    const allowed = { eventTypes: ["*"] };
    const checked = checkMapping({ $text: example }, { ...allowed, ...fields });
    expect(checked.ok && checked.value.evaluate(context)).toEqual({ ok: true, value: gives });
  });

  test("every filter is there", () => {
    const named = filters.flatMap(([name = ""]) =>
      [...name.split(":")[0]!.matchAll(/`(\w+)`/g)].map(([, filter]) => filter),
    );
    expect(new Set(named)).toEqual(new Set(FILTER_NAMES));
  });
});

test("every limit is there with its number", () => {
  const stated = [...document.matchAll(/([\d,]+) \(`(MAX_\w+)`\)/g)].map(([, number = "", name = ""]) => [
    name,
    Number(number.replaceAll(",", "")),
  ]);
  expect(Object.fromEntries(stated)).toEqual({ ...limits });
});
