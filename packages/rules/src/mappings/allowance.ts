/** How much one input may still take from its event. Shared by all of its fields, made anew for each event. */
import { MAX_MAPPED_CHARACTERS } from "../limits.ts";

export interface Allowance {
  left: number;
}

export function newAllowance(): Allowance {
  return { left: MAX_MAPPED_CHARACTERS };
}

/**
 * Takes what a value weighs: a text its characters, everything else at least one. False when there is no more, which
 * also ends the walk through a value that is too large.
 */
export function take(allowance: Allowance, value: unknown): boolean {
  allowance.left -= typeof value === "string" ? value.length + 1 : 1;
  if (allowance.left < 0) return false;
  if (typeof value !== "object" || value === null) return true;
  // By a stack of its own: the value may nest deeper than functions can.
  const waiting: object[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [name, field] of Object.entries(next)) {
      allowance.left -= name.length + (typeof field === "string" ? field.length : 1);
      if (allowance.left < 0) return false;
      if (typeof field === "object" && field !== null) waiting.push(field as object);
    }
  }
  return true;
}
