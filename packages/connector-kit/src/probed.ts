/** What looking for an effect can tell. See `probe` in repeat.ts. */
import type { Text } from "./outcome.ts";

/** What is known of the attempt that may have arrived. */
export interface Past {
  /** Of the delivery, or of the first one that was sent under this key: nothing of it is older. */
  readonly firstAttemptAt: Date;
  /** Of the attempt in doubt. */
  readonly startedAt: Date;
  /** Attempts made, the one in doubt included. */
  readonly attempts: number;
}

export type Probed =
  /** It arrived. `summary` says what was found. */
  | { readonly kind: "found"; readonly summary: Text; readonly ref?: string }
  /** It is certain that it did not arrive: it is sent again. */
  | { readonly kind: "absent" }
  /** The target does not tell, for example because a scope is missing. `detail` is one English sentence without secrets. */
  | { readonly kind: "unknown"; readonly detail: string };
