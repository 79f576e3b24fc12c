/** An installation with one account, a source and subscriptions, made through the same functions as the api's. */
import { newUuid } from "@stellwerk/delivery";
import { raiseRevision } from "../accounts.ts";
import type { OnRejected } from "../configuration.ts";
import { insertConnection } from "../connections.ts";
import type { Database } from "../database.ts";
import { prepareInstallation } from "../installation.ts";
import { insertSource } from "../sources.ts";
import { insertSubscription } from "../subscriptions.ts";

export interface Seed {
  readonly accountId: string;
  readonly sourceId: string;
  readonly connectionId: string;
  readonly subscriptionIds: readonly string[];
}

export interface SeedOptions {
  readonly partitions?: number;
  readonly subscriptions?: number;
  readonly eventTypes?: readonly string[];
  readonly condition?: unknown;
  readonly input?: unknown;
  readonly connector?: string;
  readonly action?: string;
  readonly settings?: unknown;
  readonly retryScheduleMs?: readonly number[];
  readonly maxAgeMs?: number;
  readonly ordered?: boolean;
  readonly onRejected?: OnRejected;
  readonly settleMs?: number;
}

export async function seedAccount(db: Database, options: SeedOptions = {}): Promise<Seed> {
  const { accountId } = await prepareInstallation(db, { partitions: options.partitions ?? 2 });
  const sourceId = newUuid();
  const connectionId = newUuid();
  const subscriptionIds = Array.from({ length: options.subscriptions ?? 1 }, newUuid);
  await db.transaction(async (tx) => {
    await insertSource(tx, accountId, {
      id: sourceId,
      name: "Sitejet",
      kind: "sitejet",
      key: "sitejet",
      managerUrl: null,
      token: `token-${sourceId}`,
      tokenSealed: Buffer.of(0),
    });
    const revision = await raiseRevision(tx, accountId);
    await insertConnection(tx, accountId, {
      id: connectionId,
      connector: options.connector ?? "inbox",
      name: "Inbox",
      settings: options.settings ?? {},
      secretsSealed: null,
    });
    for (const id of subscriptionIds) {
      await insertSubscription(tx, accountId, revision, id, {
        name: "All to the inbox",
        enabled: true,
        connectionId,
        eventTypes: options.eventTypes ?? ["*"],
        action: options.action ?? "inbox.keep",
        input: options.input ?? {},
        condition: options.condition ?? null,
        retryScheduleMs: options.retryScheduleMs ?? null,
        maxAgeMs: options.maxAgeMs ?? null,
        concurrency: null,
        perSecond: null,
        ordered: options.ordered ?? false,
        onRejected: options.onRejected ?? "skip",
        settleMs: options.settleMs ?? null,
      });
    }
  });
  return { accountId, sourceId, connectionId, subscriptionIds };
}
