/**
 * An account's configuration as the dispatcher needs it: read from one snapshot, with the
 * revision it belongs to. Secrets stay sealed here.
 */
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const loadConfigurationStatement = sqlFile("load-configuration");
const loadSubscriptionVersionStatement = sqlFile("load-subscription-version");

export interface ConfiguredSubscription {
  readonly id: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly connectionId: string;
  readonly eventTypes: readonly string[];
  readonly action: string;
  readonly input: unknown;
  /** Null: the default schedule. */
  readonly retryScheduleMs: readonly number[] | null;
}

export interface ConfiguredConnection {
  readonly id: string;
  readonly connector: string;
  readonly settings: unknown;
  readonly secretsSealed: Buffer | null;
}

export interface AccountConfiguration {
  readonly accountId: string;
  readonly revision: number;
  readonly subscriptions: readonly ConfiguredSubscription[];
  readonly connections: readonly ConfiguredConnection[];
}

/** One entry per account that exists. */
export async function loadConfiguration(
  db: Queryable,
  accountIds: readonly string[],
): Promise<AccountConfiguration[]> {
  const rows = await db.query<{
    account_id: string;
    revision: number;
    subscriptions: ConfiguredSubscription[];
    connections: { id: string; connector: string; settings: unknown; secretsSealed: string | null }[];
  }>(loadConfigurationStatement, [accountIds]);
  return rows.map((row) => ({
    accountId: row.account_id,
    revision: row.revision,
    subscriptions: row.subscriptions,
    connections: row.connections.map((connection) => ({
      ...connection,
      secretsSealed:
        connection.secretsSealed === null ? null : Buffer.from(connection.secretsSealed, "base64"),
    })),
  }));
}

/** A version that is no longer the current one; undefined when the account has no such subscription. */
export async function loadSubscriptionVersion(
  db: Queryable,
  accountId: string,
  subscriptionId: string,
  version: number,
): Promise<(ConfiguredSubscription & { readonly deleted: boolean }) | undefined> {
  const [row] = await db.query<{
    id: string;
    version: number;
    enabled: boolean;
    connection_id: string;
    event_types: string[];
    action: string;
    input: unknown;
    retry_schedule_ms: number[] | null;
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
    retryScheduleMs: row.retry_schedule_ms,
    deleted: row.deleted,
  };
}
