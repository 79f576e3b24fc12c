/**
 * What has to happen now and then: table partitions made ahead, old ones dropped, spent
 * idempotency keys, silent subjects and what nobody remembers any more forgotten.
 */
import type { Log } from "@stellwerk/log";
import {
  dropExpiredTablePartitions,
  endTrials,
  ensureTablePartitions,
  expireDeliveries,
  forgetExpiredIdempotencyKeys,
  forgetExpiredOAuthStates,
  forgetSilentSubjects,
  forgetUnusedRemembered,
  oldestQueuedAt,
  promoteStranded,
  routedOffsets,
  tellOfSilentSources,
  type Database,
} from "@stellwerk/store";
import type { DispatcherMetrics } from "./metrics.ts";
import { tellOfExpiry, tellOfSilence } from "./tell.ts";

const EVERY_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

export interface HousekeepingOptions {
  readonly db: Database;
  readonly log: Log;
  readonly retentionDays: number;
  readonly metrics?: DispatcherMetrics | undefined;
  /** One of several dispatchers does it. */
  isOurs(): boolean;
}

export interface Housekeeping {
  /** It is ours now. */
  begin(): void;
  stop(): Promise<void>;
}

export function openHousekeeping(options: HousekeepingOptions): Housekeeping {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> | undefined;
  let isFirst = true;

  function round(): Promise<void> {
    return keepHouse(options, isFirst)
      .catch((error: unknown) =>
        options.log.warn({ err: error }, "housekeeping failed; trying again in an hour"),
      )
      .finally(() => {
        running = undefined;
        isFirst = false;
        if (!stopped && options.isOurs()) timer = setTimeout(begin, EVERY_MS);
      });
  }

  function begin(): void {
    clearTimeout(timer);
    if (!stopped && options.isOurs()) running ??= round();
  }

  return {
    begin,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function keepHouse(
  { db, log, retentionDays, metrics }: HousekeepingOptions,
  isFirst: boolean,
): Promise<void> {
  // First, and so at the start, too: it is what lets deliveries go on.
  const stranded = await promoteStranded(
    db,
    (await routedOffsets(db)).map((each) => each.partition),
  );
  if (stranded > 0) {
    metrics?.stranded(stranded);
    log.warn({ stranded }, "deliveries waited for others of their subjects that were gone; they go on");
  }
  const now = new Date();
  await ensureTablePartitions(db, { now });
  await forgetExpiredIdempotencyKeys(db);
  await forgetExpiredOAuthStates(db);
  await forgetUnusedRemembered(db);
  await endTrials(db);
  // Not at the start: what came while nobody routed has to be heard first.
  if (!isFirst) await tellOfSilentSources(db, tellOfSilence);
  const keptMs = now.getTime() - retentionDays * DAY_MS;
  await forgetSilentSubjects(db, new Date(keptMs));
  const expired = await expireDeliveries(db, { before: new Date(keptMs), tell: tellOfExpiry });
  metrics?.expired(expired);
  if (expired > 0) log.warn({ expired }, "deliveries waited for their whole retention and expired");
  // What still waits, such as an old event that was asked for again, keeps its event: nothing is dropped unseen.
  const oldest = await oldestQueuedAt(db);
  const before = new Date(Math.min(keptMs, oldest?.getTime() ?? Number.POSITIVE_INFINITY));
  const dropped = await dropExpiredTablePartitions(db, { before });
  if (dropped.length > 0) log.info({ dropped }, "dropped table partitions past their retention");
}
