/** Runs a connection's test, for somebody who has just entered it. */
import { z } from "zod";
import type { AttemptResult } from "./attempt.ts";
import type { Check, ConnectionTest } from "./connection-test.ts";
import { performRead } from "./perform-read.ts";
import type { ReadOptions } from "./perform-read.ts";

export interface TestResult extends ConnectionTest {
  /** Every check is ok. */
  readonly ok: boolean;
  /** False: the connector has nothing to test, so nothing is known. */
  readonly tested: boolean;
  readonly durationMs: number;
  readonly thrown?: AttemptResult["thrown"];
}

const text = z.object({ en: z.string(), de: z.string().optional() });
const connectionTest = z.object({
  account: z.string().optional(),
  checks: z.array(
    z.object({
      id: z.string(),
      ok: z.boolean(),
      message: text,
      fix: text.optional(),
      url: z.string().optional(),
    }),
  ),
}) as z.ZodType<ConnectionTest>;

/**
 * Never throws and never outlives its deadline: what goes wrong is a check that is not ok.
 *
 * @example
 * const { ok, account, checks } = await performTest({ connector, settings, secrets, http, deadlineMs: 10_000 });
 */
export async function performTest(options: ReadOptions): Promise<TestResult> {
  const { connection } = options.connector;
  if (connection.test === undefined) return { ok: true, tested: false, checks: [], durationMs: 0 };
  const read = await performRead(options, async (context) =>
    connectionTest.parse(await connection.test?.(context)),
  );
  if (!read.ok) {
    const { reason, message, fix, thrown, durationMs } = read;
    const check: Check = { id: reason, ok: false, message, ...(fix === undefined ? {} : { fix }) };
    return { ok: false, tested: true, checks: [check], durationMs, thrown };
  }
  const { value, durationMs } = read;
  return { ok: value.checks.every((check) => check.ok), tested: true, ...value, durationMs };
}
