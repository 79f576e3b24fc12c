import { expect, test } from "vitest";
import { countCheck, countVitest } from "./counts.ts";

/** A report as vitest writes it, with nothing in it; each test adds what it is about. */
function report(parts: object): string {
  const empty = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
  return JSON.stringify({ ...empty, ...parts });
}

test("a step without a report is one check", () => {
  expect(countCheck(0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect(countCheck(2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("tests are counted as vitest reports them", () => {
  const json = report({
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [{ status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] }],
  });
  expect(countVitest(json, 1)).toEqual({ passed: 3, failed: 1, skipped: 3 });
});

test("a file that cannot be loaded is one failure although it has no test", () => {
  const json = report({ numPassedTests: 5, testResults: [{ status: "failed", assertionResults: [] }] });
  expect(countVitest(json, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
});

test("a run that fails outside its tests never sums up to 0 failed", () => {
  expect(countVitest(report({ numPassedTests: 5 }), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
});

test("a runner that wrote no report is one failure, even if it says it succeeded", () => {
  expect(countVitest(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
