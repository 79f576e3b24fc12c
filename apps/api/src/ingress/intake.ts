/**
 * How much the ingress holds at once. Every request in hand keeps its body in memory until the bus has it,
 * so when the bus slows down more than this is turned away instead of piling up.
 * Rates per key and token are another matter and have their own place in front of this.
 */
import { unavailable } from "../errors.ts";

const MAX_IN_HAND = 1_000;

export interface Intake {
  /** Rejects at once, without running `work`, when too much is in hand. */
  within<T>(work: () => Promise<T>): Promise<T>;
}

export function createIntake(maxInHand = MAX_IN_HAND): Intake {
  let inHand = 0;
  return {
    async within(work) {
      if (inHand >= maxInHand) throw unavailable("Too many requests are being taken in at once", 1);
      inHand += 1;
      try {
        return await work();
      } finally {
        inHand -= 1;
      }
    },
  };
}
