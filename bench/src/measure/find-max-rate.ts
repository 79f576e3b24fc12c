/** The highest rate that a system sustains, found in a few steps around a first estimate. */

export interface Tried {
  readonly rate: number;
  readonly sustained: boolean;
}

/** A step up or down; finer would measure the noise of a shared machine. */
const STEP = 1.12;
const MOST_STEPS = 5;
const ROUND_TO = 50;

/**
 * Goes up from a rate that holds until one does not, or down until one holds. Answers the best that held,
 * and the lowest one tried when none did.
 */
export async function findMaxRate<Result extends Tried>(
  estimate: number,
  tryRate: (rate: number) => Promise<Result>,
): Promise<Result> {
  let result = await tryRate(roundRate(estimate));
  let steps = 1;
  if (!result.sustained) {
    while (!result.sustained && steps < MOST_STEPS && result.rate > ROUND_TO) {
      result = await tryRate(roundRate(result.rate / STEP));
      steps += 1;
    }
    return result;
  }
  while (steps < MOST_STEPS) {
    const higher = await tryRate(roundRate(result.rate * STEP));
    if (!higher.sustained) break;
    result = higher;
    steps += 1;
  }
  return result;
}

function roundRate(rate: number): number {
  return Math.max(ROUND_TO, Math.round(rate / ROUND_TO) * ROUND_TO);
}
