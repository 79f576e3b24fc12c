/**
 * The catalogue of reasons: every code that a state other than `delivered` can carry. A connector may bring codes of
 * its vendor; they are told as `rejected` is, in the vendor's own words.
 */
import { ACCOUNT_REASONS } from "./account-reasons.ts";
import { OWN_REASONS } from "./own-reasons.ts";
import type { Reason } from "./reason.ts";
import { RECEIVER_REASONS } from "./receiver-reasons.ts";

export const REASONS = { ...RECEIVER_REASONS, ...ACCOUNT_REASONS, ...OWN_REASONS } as const;

export type ReasonCode = keyof typeof REASONS;

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}

/** A code that is not ours is the vendor's. */
export function reasonOf(code: string): Reason {
  return isReasonCode(code) ? REASONS[code] : REASONS.rejected;
}
