/** How many checks a step was: read from what its runner reported, never assumed. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Tests that were there and did not run. */
  readonly skipped: number;
}

/** What we read of vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { status: string }[];
  }[];
}

/** A step without a report of its own is one check. */
export function countCheck(exitCode: number): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * Reads vitest's JSON report (`undefined`: it wrote none).
 *
 * What fails outside a test (a file that cannot be loaded, a global setup, an unhandled rejection) is in no
 * test count, only in the exit code; it is one failure, so that the sum never says 0 failed of a failed run.
 */
export function countVitest(report: string | undefined, exitCode: number): Counts {
  const parsed = report === undefined ? undefined : (JSON.parse(report) as VitestReport);
  if (!parsed) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = parsed.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((each) => each.status === "failed"),
  ).length;
  const failed = parsed.numFailedTests + brokenFiles;
  return {
    passed: parsed.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  };
}
