/** What the routes work with. Made once at the start and passed along; nothing here is global. */
import type { EventBus } from "@stellwerk/bus";
import type { Connector } from "@stellwerk/connector-kit";
import type { Log } from "@stellwerk/log";
import type { Database, Sealer } from "@stellwerk/store";
import type { AccountCache, ApiSourceCache, KeyCache, TokenCache } from "./ingress/access.ts";
import type { ClaimGatherer } from "./ingress/gather-claims.ts";
import type { Intake } from "./ingress/intake.ts";
import type { RejectedRing } from "./ingress/rejected-ring.ts";

export interface Services {
  readonly db: Database;
  readonly bus: EventBus;
  readonly connectors: readonly Connector[];
  readonly sealer: Sealer;
  readonly log: Log;
  readonly tokens: TokenCache;
  readonly keys: KeyCache;
  readonly accounts: AccountCache;
  readonly apiSources: ApiSourceCache;
  readonly intake: Intake;
  readonly claims: ClaimGatherer;
  readonly rejected: RejectedRing;
  /** Shares of the bus; fixed for the installation. */
  readonly partitions: number;
  /** Without a slash at the end: `https://hooks.example.com`. */
  readonly publicUrl: () => string;
  /** Not ready any more: the server is about to go. */
  readonly isStopping: () => boolean;
}
