import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const document = readFileSync(join(root, "docs/guarantees.md"), "utf8");

/** A path from the root in backquotes and behind it the name of a test in quotes. */
const CITATION = /`([^`\s]+\.ts)` "([^"]+)"/g;

const FAILURE_MODES = [
  "stored but never queued",
  "answered 2xx though not queued",
  'stuck in "scheduled"',
  "dropped because the target was paused",
  "sent again while still running",
  "recovery lost at restart",
  "log lost at a crash",
  "poison record for ever",
  "instant retry after the request had left",
  "cleaner that saturates the database",
];

function rowsOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.filter((line, n) => line.startsWith("| ") && !lines[n + 1]?.startsWith("|--"));
}

test("every test that docs/guarantees.md names is there, under that name", () => {
  const cited = [...document.matchAll(CITATION)].map(([, path = "", name = ""]) => ({ path, name }));
  expect(cited.length).toBeGreaterThan(50);
  const missing = cited.filter(({ path, name }) => {
    const file = join(root, path);
    return !existsSync(file) || !readFileSync(file, "utf8").includes(`"${name}"`);
  });
  expect(missing).toEqual([]);
});

test("every promise in docs/guarantees.md names a test that holds it", () => {
  const rows = rowsOf(document);
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => row.split("|").at(-2)?.match(CITATION) === null)).toEqual([]);
});

test("each of the ten failure modes has a test that is named after it", () => {
  const rows = rowsOf(document.split("## What users of other servers saw")[1] ?? "");
  const unnamed = FAILURE_MODES.filter((mode) => {
    const row = rows.find((each) => each.startsWith(`| **${mode}**`)) ?? "";
    const names = [...row.matchAll(CITATION)].map(([, , name = ""]) => name);
    return !names.some((name) => name.startsWith(`${mode.replaceAll('"', "")}: `));
  });
  expect(unnamed).toEqual([]);
});
