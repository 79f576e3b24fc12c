/**
 * An account's configuration as the dispatcher needs it: read from one snapshot, with the
 * revision it belongs to. Secrets stay sealed here.
 */
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const loadConfigurationStatement = sqlFile("load-configuration");
const loadSubscriptionVersionStatement = sqlFile("load-subscription-version");

/** `skip`: those behind a dead delivery go on; `block`: they wait for a person. */
export type OnRejected = "skip" | "block";

/** What a delivery is run with: the version that it was matched with. */
export interface ConfiguredRule {
  readonly id: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly connectionId: string;
  readonly eventTypes: readonly string[];
  readonly action: string;
  readonly input: unknown;
  /** Which events of its types it wants, as packages/rules reads it; null: all of them. */
  readonly condition: unknown;
  /** Null: the default schedule. */
  readonly retryScheduleMs: readonly number[] | null;
  /** Null: the schedule decides when it is given up. */
  readonly maxAgeMs: number | null;
  /** One delivery of a subject at a time, over all ordered subscriptions of its connection. */
  readonly ordered: boolean;
  /** Whether one that ended as dead lets those behind it go on. */
  readonly onRejected: OnRejected;
  /** Null: nothing is waited for. */
  readonly settleMs: number | null;
}

/** Which of the deliveries that waited at a resume are sent. */
export type CatchUpMode = "all" | "latest-per-subject" | "none";

export interface CatchUp {
  readonly mode: CatchUpMode;
  /** When it was resumed: what was made until then is the backlog. */
  readonly before: Date;
  /** Null: as fast as the lane goes. */
  readonly perSecond: number | null;
}

/** A subscription as it is now: its current version, and what holds for all versions. */
export interface ConfiguredSubscription extends ConfiguredRule {
  readonly name: string;
  /** Sends at a time and per second; null is what the installation allows. */
  readonly concurrency: number | null;
  readonly perSecond: number | null;
  /** Why it is paused; null when it is not. */
  readonly pausedReason: string | null;
  /** When it or its connection was last resumed. */
  readonly resumedAt: Date | null;
  /** Since a resume, until its backlog is dealt with. */
  readonly catchUp: CatchUp | null;
}

export interface ConfiguredConnection {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly connector: string;
  readonly settings: unknown;
  readonly secretsSealed: Buffer | null;
  /** Why it is paused, and with it every subscription over it; null when it is not. */
  readonly pausedReason: string | null;
}

/** Where an event came from, as far as a rule may use it. */
export interface ConfiguredSource {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly managerUrl: string | null;
}

export interface AccountConfiguration {
  readonly accountId: string;
  readonly revision: number;
  readonly subscriptions: readonly ConfiguredSubscription[];
  readonly connections: readonly ConfiguredConnection[];
  readonly sources: readonly ConfiguredSource[];
}

/** One entry per account that exists. */
export async function loadConfiguration(
  db: Queryable,
  accountIds: readonly string[],
): Promise<AccountConfiguration[]> {
  const rows = await db.query<{
    account_id: string;
    revision: number;
    subscriptions: (Omit<ConfiguredSubscription, "catchUp" | "resumedAt"> & {
      resumedAt: string | null;
      catchUp: (Omit<CatchUp, "before"> & { before: string }) | null;
    })[];
    connections: (Omit<ConfiguredConnection, "secretsSealed"> & { secretsSealed: string | null })[];
    sources: ConfiguredSource[];
  }>(loadConfigurationStatement, [accountIds]);
  return rows.map((row) => ({
    accountId: row.account_id,
    revision: row.revision,
    subscriptions: row.subscriptions.map((subscription) => ({
      ...subscription,
      resumedAt: subscription.resumedAt === null ? null : new Date(subscription.resumedAt),
      catchUp: subscription.catchUp && {
        ...subscription.catchUp,
        before: new Date(subscription.catchUp.before),
      },
    })),
    connections: row.connections.map((connection) => ({
      ...connection,
      secretsSealed:
        connection.secretsSealed === null ? null : Buffer.from(connection.secretsSealed, "base64"),
    })),
    sources: row.sources,
  }));
}

/** A version that is no longer the current one; undefined when the account has no such subscription. */
export async function loadSubscriptionVersion(
  db: Queryable,
  accountId: string,
  subscriptionId: string,
  version: number,
): Promise<(ConfiguredRule & { readonly deleted: boolean }) | undefined> {
  const [row] = await db.query<{
    id: string;
    version: number;
    enabled: boolean;
    connection_id: string;
    event_types: string[];
    action: string;
    input: unknown;
    condition: unknown;
    retry_schedule_ms: number[] | null;
    max_age_ms: number | null;
    ordered: boolean;
    on_rejected: OnRejected;
    settle_ms: number | null;
    deleted: boolean;
  }>(loadSubscriptionVersionStatement, [accountId, subscriptionId, version]);
  if (row === undefined) return undefined;
  return {
    id: row.id,
    version: row.version,
    enabled: row.enabled,
    connectionId: row.connection_id,
    eventTypes: row.event_types,
    action: row.action,
    input: row.input,
    condition: row.condition,
    retryScheduleMs: row.retry_schedule_ms,
    maxAgeMs: row.max_age_ms,
    ordered: row.ordered,
    onRejected: row.on_rejected,
    settleMs: row.settle_ms,
    deleted: row.deleted,
  };
}
