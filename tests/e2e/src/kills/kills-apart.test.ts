import { expect, test } from "vitest";
import { runSuite } from "./run-suite.ts";
import { APART } from "./suite-plans.ts";

/** A third of it on two idle cores; no claim, only an end. */
const WITHIN_MS = 400_000;

test(
  "kill -9 of api, dispatcher and PostgreSQL at every step loses nothing that was answered 202",
  { timeout: WITHIN_MS },
  async () => {
    const { problems, accepted } = await runSuite(APART);
    expect(problems).toEqual({});
    // A run in which little happened proves little.
    expect(accepted).toBeGreaterThan(300);
  },
);
