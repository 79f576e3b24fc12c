/** Everything that goes wrong at a vendor, or on the way to it. */
import type { VendorReply } from "./vendor.ts";

export type Fault =
  /** In place of what the vendor would do. */
  | { readonly kind: "answer"; readonly reply: VendorReply }
  /** The vendor does it, and answers late. */
  | { readonly kind: "slow"; readonly ms: number }
  /** The connection ends with a reset. */
  | { readonly kind: "reset"; readonly applied: boolean }
  /** No answer, for as long as somebody waits. */
  | { readonly kind: "hold"; readonly applied: boolean }
  /** The vendor does it, and its answer ends in the middle. */
  | { readonly kind: "truncated" }
  /** The vendor does it, and its answer is far longer than anybody wants. */
  | { readonly kind: "large"; readonly bytes: number };

const MEBIBYTE = 1024 * 1024;
const HTML = "<!doctype html><html><title>Sign in</title><body><h1>Please sign in</h1></body></html>";

/** Before the vendor has read it: nothing happened. */
export const resetBeforeReading: Fault = { kind: "reset", applied: false };
/** The reply is lost. */
export const appliedThenReset: Fault = { kind: "reset", applied: true };
export const truncatedJson: Fault = { kind: "truncated" };
export const largeBody: Fault = { kind: "large", bytes: 5 * MEBIBYTE };
/** A proxy's page where an answer should be. */
export const htmlInsteadOfJson: Fault = answer({
  status: 200,
  headers: { "content-type": "text/html" },
  body: HTML,
});

export function answer(reply: VendorReply): Fault {
  return { kind: "answer", reply };
}

export function slow(ms: number): Fault {
  return { kind: "slow", ms };
}

export function hold(applied: boolean): Fault {
  return { kind: "hold", applied };
}

/** 429, with what it asks for. */
export function tooManyRequests(wait: "seconds" | "date" | "none", seconds: number, now: Date): Fault {
  const asked = { seconds: `${seconds}`, date: new Date(now.getTime() + seconds * 1_000).toUTCString() };
  return answer({ status: 429, ...(wait === "none" ? {} : { headers: { "retry-after": asked[wait] } }) });
}

export function redirectTo(url: string): Fault {
  return answer({ status: 302, headers: { location: url } });
}
