import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The clock of the first minute runs alone with the long ones; what is short fills up behind them. */
const FIRST = [
  "first-minute.test.ts",
  "kills-standalone.test.ts",
  "retry.test.ts",
  "breaker-and-alerts.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = (file: TestSpecification) => {
      const found = FIRST.indexOf(basename(file.moduleId));
      return found === -1 ? FIRST.length : found;
    };
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: "src/kafka-here.ts",
    // Whole processes start, die and come back here; each test says what it waits for.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // More at once only makes them wait for each other's processors.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
