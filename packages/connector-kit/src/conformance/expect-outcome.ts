/** What an attempt, and all attempts of a delivery together, must have come to. */
import type { AttemptResult } from "../attempt.ts";
import type { Action, Sample } from "../connector.ts";
import type { OutcomeKind } from "../outcome.ts";
import { fail } from "./check.ts";
import type { Scene } from "./scene.ts";
import type { Settled } from "./settle.ts";

export function firstOf(name: string, { samples }: Action): Sample {
  return samples[0] ?? fail(`${name} has no sample to send.`);
}

export function expectNotThrown({ thrown }: AttemptResult): void {
  if (thrown === undefined) return;
  throw new Error(`The connector threw, which is an accident and never an answer: ${String(thrown.error)}`, {
    cause: thrown.error,
  });
}

export function expectKinds({ outcome }: AttemptResult, allowed: readonly OutcomeKind[], when = ""): void {
  if (allowed.includes(outcome.kind)) return;
  const advice =
    outcome.kind === "retry" && allowed.includes("in_doubt")
      ? " It may have been done: `retry` sends it again at once, `in_doubt` asks `repeat` first."
      : "";
  fail(
    `Expected ${allowed.join(" or ")}${when === "" ? "" : ` ${when}`}, got ${JSON.stringify(outcome)}.${advice}`,
  );
}

/** After everything was mended and repeated. For `never`: a doubt that was recorded will do. */
export function expectOneEffect(scene: Scene, { repeat }: Action, settled: Settled): void {
  const { length } = scene.vendor.effects();
  const { state, attempts, possiblyTwice } = settled;
  if (repeat.kind === "never") {
    const isRecorded = state === "held" || possiblyTwice;
    if ((length === 1 && state !== "gave_up") || (isRecorded && length <= 2)) return;
    return fail(
      `Expected one effect or a recorded doubt; the vendor counts ${length}, and it ended as ${state}.`,
    );
  }
  if (length === 1 && (state === "delivered" || state === "skipped")) return;
  const kinds = attempts.map(({ outcome }) => outcome.kind).join(", ");
  fail(
    `Expected one effect; the vendor counts ${length}, and it ended as ${state} after ${kinds || "no attempt"}.`,
  );
}
