/**
 * How an action may be repeated when nobody knows whether the last try arrived. The author
 * says it once; the engine does the rest.
 */

export type Repeat =
  /** Sending twice leaves the target in the same state, for example an upsert. */
  | { readonly kind: "natural"; readonly because: string }
  /** The target drops what carries a key it has seen. */
  | { readonly kind: "key"; readonly because: string }
  /** We can look; what was sent can be seen after `visibleAfterMs`. */
  | { readonly kind: "probe"; readonly visibleAfterMs: number; readonly inDoubt: InDoubt }
  /** Neither: the engine marks the delivery as started before the call. */
  | { readonly kind: "never"; readonly inDoubt: InDoubt };

/** Send again and risk a duplicate, or wait for a person. */
export type InDoubt = "resend" | "hold";

export function natural(because: string): Repeat {
  return { kind: "natural", because };
}

/** @example repeat: key("receivers drop a webhook-id they have seen") */
export function key(because: string): Repeat {
  return { kind: "key", because };
}

export function probe(options: { readonly visibleAfterMs: number; readonly inDoubt: InDoubt }): Repeat {
  return { kind: "probe", ...options };
}

export function never(options: { readonly inDoubt: InDoubt }): Repeat {
  return { kind: "never", ...options };
}
