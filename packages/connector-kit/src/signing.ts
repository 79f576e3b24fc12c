/** For a connector whose requests are signed: how its signing secrets change, and what a receiver may know of them. */
import type { Parsed } from "./problem.ts";

// Methods, for the same reason as in connector.ts.
export interface Signing<Settings = unknown, Secrets = unknown> {
  /** The secrets, with those that `settings` ask for and that are missing. */
  complete(settings: Settings, secrets: Secrets): Secrets;
  /** Puts a new secret in the place of the one in use, which goes on signing until the overlap ends. */
  rotate(settings: Settings, secrets: Secrets, rotation: Rotation): Parsed<Secrets>;
  /** Only the newest secrets sign from now on. */
  endOverlap(secrets: Secrets): Secrets;
  describe(settings: Settings, secrets: Secrets, now: Date): SigningFacts;
}

export interface Rotation {
  /** Which kind of signature, for a connector that has several: `v1`. */
  readonly signature?: string | undefined;
  /** Made when left out. */
  readonly secret?: string | undefined;
  readonly overlapMs: number;
  readonly now: Date;
}

/** Nothing in it is secret. */
export interface SigningFacts {
  /** What every request is signed with: `["v1"]`. */
  readonly signatures: readonly string[];
  /** Who checks with a public key takes any of these. */
  readonly publicKeys: readonly PublicKey[];
  /** Replaced secrets that still sign. */
  readonly overlaps: readonly { readonly signature: string; readonly until: Date }[];
}

export interface PublicKey {
  /** As people paste it: `whpk_…`. */
  readonly key: string;
  /** As programs read it (RFC 7517). */
  readonly jwk: Readonly<Record<string, string>>;
  /** It was replaced; absent for the one in use. */
  readonly until?: Date | undefined;
}
