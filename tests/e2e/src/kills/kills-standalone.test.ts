/** Standalone and its PostgreSQL. Separate processes, every step of the data path and Kafka: tests/faults. */
import { expect, test } from "vitest";
import { runSuite } from "./run-suite.ts";
import { openStandaloneScene } from "./standalone-scene.ts";

/** A third of it on two idle cores; no claim, only an end. */
const WITHIN_MS = 400_000;

/** How often each blow is struck. */
const TIMES = {
  "standalone, any moment": 4,
  "PostgreSQL, any moment": 3,
  "both at once": 2,
  "standalone, request sent and no answer yet": 1,
  "standalone, answered and no outcome yet": 1,
};

test(
  "kill -9 of standalone and its PostgreSQL at any moment loses nothing that was answered 202",
  { timeout: WITHIN_MS },
  async () => {
    const { problems, accepted } = await runSuite(openStandaloneScene, TIMES);
    expect(problems).toEqual({});
    // A run in which little happened proves little.
    expect(accepted).toBeGreaterThan(300);
  },
);
