/** What the routes work with. Made once at the start and passed along; nothing here is global. */
import type { EventBus } from "@stellwerk/bus";
import type { Connector, HttpClient, TargetCheck } from "@stellwerk/connector-kit";
import type { RefusedConnector } from "@stellwerk/connectors";
import type { History } from "@stellwerk/history";
import type { Log } from "@stellwerk/log";
import type { Accounts, KeyAccess, Sealer, Transactional } from "@stellwerk/store";
import type { MetricsReader, Tracing } from "@stellwerk/telemetry";
import type { AccountCache, ApiSourceCache, HookAccess } from "./ingress/access.ts";
import type { ClaimGatherer } from "./ingress/gather-claims.ts";
import type { Intake } from "./ingress/intake.ts";
import type { RejectedRing } from "./ingress/rejected-ring.ts";
import type { ApiMetrics } from "./metrics.ts";
import type { LimitedAccess } from "./limits/limited-access.ts";

export interface Services {
  /** The account's own door: sees nothing of others. Without an account, as on `/readyz`, it sees nothing at all. */
  readonly db: Transactional;
  /** Every account's door, and the lobby for what belongs to none. */
  readonly wall: Accounts;
  readonly bus: EventBus;
  readonly connectors: readonly Connector[];
  /** Named by the operator and not loaded, with the reason. */
  readonly refusedConnectors: readonly RefusedConnector[];
  /** Which addresses a connection may name. */
  readonly targets: TargetCheck;
  readonly sealer: Sealer;
  readonly log: Log;
  readonly metrics: ApiMetrics;
  /** Undefined: metrics are off. */
  readonly metricsReader: MetricsReader | undefined;
  readonly metricsToken: string | undefined;
  /** Undefined: no traces are made. */
  readonly tracing: Tracing | undefined;
  /** Undefined: what is accepted is not written down. */
  readonly history: History | undefined;
  readonly tokens: LimitedAccess<HookAccess>;
  readonly keys: LimitedAccess<KeyAccess>;
  readonly accounts: AccountCache;
  readonly apiSources: ApiSourceCache;
  /** For events. */
  readonly intake: Intake;
  /** For everything else that needs a key, so that a flood of events keeps nobody from looking. */
  readonly managementIntake: Intake;
  /** For answers that are streamed: each is long. */
  readonly longAnswers: Intake;
  /** For questions to a vendor: each waits for somebody else's server. */
  readonly vendorCalls: Intake;
  /** To vendors, guarded as deliveries are. Only for what reads. */
  readonly http: HttpClient;
  readonly claims: ClaimGatherer;
  readonly rejected: RejectedRing;
  /** Shares of the bus; fixed for the installation. */
  readonly partitions: number;
  /** Without a slash at the end: `https://hooks.example.com`. */
  readonly publicUrl: () => string;
  /** Not ready any more: the server is about to go. */
  readonly isStopping: () => boolean;
}
