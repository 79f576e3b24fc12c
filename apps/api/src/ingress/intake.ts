/**
 * How much the ingress holds at once. Every request in hand keeps its body in memory until the bus has it,
 * so when the bus slows down more than this is turned away instead of piling up.
 * Rates per key and token are another matter and have their own place in front of this.
 */
import { unavailable } from "../errors.ts";

const MAX_IN_HAND = 1_000;

let inHand = 0;

export async function withinIntake<T>(work: () => Promise<T>): Promise<T> {
  if (inHand >= MAX_IN_HAND) throw unavailable("Too many requests are being taken in at once", 1);
  inHand += 1;
  try {
    return await work();
  } finally {
    inHand -= 1;
  }
}
