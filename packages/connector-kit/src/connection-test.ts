/** What a connection's `test` tells: separate checks, each with its own way out. */
import type { Text } from "./outcome.ts";

export interface Check {
  /** Stable: `token`, `scopes`, `external_id_field`. */
  readonly id: string;
  readonly ok: boolean;
  /** What was found, also when all is well. */
  readonly message: Text;
  /** What to do. A check that is not ok has one. */
  readonly fix?: Text | undefined;
  /** Where to do it. */
  readonly url?: string | undefined;
}

export interface ConnectionTest {
  /** Whose account it is, as its owner knows it: `Harry's Agency (T012)`. */
  readonly account?: string | undefined;
  /** In the order in which they are looked at; what cannot be looked at after a failure is left out. */
  readonly checks: readonly Check[];
}
