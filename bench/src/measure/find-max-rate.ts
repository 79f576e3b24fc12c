/** The highest rate that a system sustains, found in a few steps around a first estimate. */

export interface Tried {
  readonly rate: number;
  readonly sustained: boolean;
}

/** How far a step goes while only one side is known. */
const STRIDE = 1.4;
/** Near enough: a finer search would measure the noise of the machine. */
const PRECISION = 1.1;
const MOST_STEPS = 6;
const ROUND_TO = 10;

/** Answers the highest rate that held; when none did, the lowest that was tried. */
export async function findMaxRate<Result extends Tried>(
  estimate: number,
  tryRate: (rate: number) => Promise<Result>,
): Promise<Result> {
  let held: Result | undefined;
  let failed: Result | undefined;
  let rate = roundRate(estimate);
  for (let step = 1; ; step += 1) {
    const result = await tryRate(rate);
    if (result.sustained) held = result;
    else failed = result;

    const next = nextRate(held?.rate, failed?.rate);
    const near = held !== undefined && failed !== undefined && failed.rate / held.rate <= PRECISION;
    if (near || step === MOST_STEPS || next === held?.rate || next === failed?.rate) return held ?? result;
    rate = next;
  }
}

function nextRate(held: number | undefined, failed: number | undefined): number {
  if (held === undefined) return roundRate((failed ?? 0) / STRIDE);
  return roundRate(failed === undefined ? held * STRIDE : Math.sqrt(held * failed));
}

function roundRate(rate: number): number {
  return Math.max(ROUND_TO, Math.round(rate / ROUND_TO) * ROUND_TO);
}
