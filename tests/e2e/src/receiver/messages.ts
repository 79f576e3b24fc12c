/** What a test tells the receiver process, and what that answers. */

export interface Faults {
  /** Answer 500 to the first so many tries of each webhook-id. */
  readonly failFirst?: number;
  /** Answer after a pause between these, in milliseconds. */
  readonly delayMs?: readonly [from: number, to: number];
}

/** What a target may do to one request. */
export type Upset =
  | "fail"
  | "reset before reading"
  | "reset after reading"
  | "apply, then reset"
  | "apply, then hang"
  | "apply, then drip";

export type Order =
  /** The next so many requests are treated so. */
  | { readonly kind: "upset"; readonly how: Upset; readonly count: number }
  /** Check signatures with it from now on. */
  | { readonly kind: "secret"; readonly secret: string }
  | { readonly kind: "faults"; readonly faults: Faults }
  /**
   * Kill -9 this process when the next request is in the ledger: before it is answered, or right after.
   * The receiver does it itself, because nobody else knows the moment.
   */
  | { readonly kind: "kill"; readonly pid: number; readonly when: "before-answer" | "after-answer" };

export type Notice =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "done"; readonly order: Order["kind"] }
  | { readonly kind: "killed"; readonly pid: number };
