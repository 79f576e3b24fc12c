import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const document = readFileSync(join(root, "docs/security.md"), "utf8");

/** What stands in backquotes and has a slash: a path from the root. */
const paths = [...document.matchAll(/`((?:apps|packages|tests|tooling)\/[^`\s]+)`/g)].map(
  ([, path = ""]) => path,
);

test("every file and folder that docs/security.md names is there", () => {
  expect(paths.filter((path) => path.endsWith(".test.ts")).length).toBeGreaterThan(25);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("every rule in docs/security.md names a test that holds it", () => {
  const rules = document.split("## What is enforced where")[1] ?? "";
  const rows = rules.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| rule "));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !row.split("|").at(-2)?.includes(".test.ts`"))).toEqual([]);
});
