import { expect, test } from "vitest";
import { runSuite } from "./run-suite.ts";
import { STANDALONE } from "./suite-plans.ts";

/** A third of it on two idle cores; no claim, only an end. */
const WITHIN_MS = 400_000;

test(
  "kill -9 of standalone and its PostgreSQL at any moment loses nothing that was answered 202",
  { timeout: WITHIN_MS },
  async () => {
    const { problems, accepted } = await runSuite(STANDALONE);
    expect(problems).toEqual({});
    // A run in which little happened proves little.
    expect(accepted).toBeGreaterThan(300);
  },
);
