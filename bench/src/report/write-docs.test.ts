import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { replaceLatestRun, replaceScenarios } from "./write-docs.ts";

const document = readFileSync(new URL("../../../docs/benchmarks.md", import.meta.url), "utf8");

test("only the latest run in docs/benchmarks.md is replaced", () => {
  const once = replaceLatestRun(document, "| first |");
  const twice = replaceLatestRun(once, "| second |");
  expect(twice).toContain("| second |");
  expect(twice).not.toContain("| first |");
  expect(twice.replace("| second |", "")).toBe(once.replace("| first |", ""));
});

test("a document without a place for it is refused", () => {
  expect(() => replaceLatestRun("# Benchmarks", "| run |")).toThrow("docs/benchmarks.md");
});

test("the scenarios are replaced and the latest run stays", () => {
  const written = replaceScenarios(replaceLatestRun(document, "| run |"), "| scenarios |");
  expect(written).toContain("| run |");
  expect(replaceScenarios(written, "| other |")).not.toContain("| scenarios |");
});
