/** The queue's churn through the dispatcher's own statements, as fast as they go; and what it leaves behind in the table. */
import { setTimeout as pause } from "node:timers/promises";
import { newUuid } from "@stellwerk/delivery";
import {
  claimDueDeliveries,
  insertRoutedEvents,
  recordOutcomes,
  type Database,
  type DeliveryOutcome,
} from "@stellwerk/store";
import { monotonicMs } from "../monotonic-clock.ts";
import { PARTITION, type KeptStore } from "./kept-store.ts";

export interface QueueSample {
  readonly atMs: number;
  readonly bytes: number;
  readonly deadRows: number;
}

export interface Churn {
  readonly deliveries: number;
  readonly seconds: number;
  readonly samples: readonly QueueSample[];
  readonly vacuums: number;
}

/** As the writer gathers them at the top. */
const ROWS = 500;
/** One in so many fails at first and is claimed again. */
const FAILS_EVERY = 10;
const SAMPLE_MS = 500;
/** More than the one writer that a dispatcher has: an hour in minutes. */
const AT_ONCE = 2;

export async function churnQueue(store: KeptStore, seconds: number): Promise<Churn> {
  const startedAt = monotonicMs();
  const endsAt = startedAt + seconds * 1_000;
  const samples: QueueSample[] = [];
  let deliveries = 0;
  async function passOnAndOn(): Promise<void> {
    while (monotonicMs() < endsAt) deliveries += await passThrough(store);
  }
  async function sampleNowAndThen(): Promise<void> {
    while (monotonicMs() < endsAt) {
      samples.push(await sampleQueue(store.db, monotonicMs() - startedAt));
      await pause(SAMPLE_MS);
    }
  }
  await Promise.all([sampleNowAndThen(), ...Array.from({ length: AT_ONCE }, passOnAndOn)]);
  return {
    deliveries,
    seconds: (monotonicMs() - startedAt) / 1_000,
    samples,
    vacuums: (await readVacuums(store.db)) ?? 0,
  };
}

/** Waiting deliveries, claimed when `claimedEpoch` says so; answers their ids. */
export async function routeEvents(
  store: KeptStore,
  count: number,
  claimedEpoch: number | null,
): Promise<string[]> {
  const { db, accountId, connectionId, subscriptionId } = store;
  const now = new Date();
  const ids = Array.from({ length: count }, newUuid);
  const event = {
    accountId,
    sourceId: null,
    type: "website_status_changed",
    subject: "website/1",
    time: now,
  };
  const rest = {
    receivedAt: now,
    contentType: "application/json",
    title: null,
    domain: null,
    traceparent: null,
  };
  const body = Buffer.from('{"event":"x"}');
  await insertRoutedEvents(
    db,
    ids.map((id) => ({ id, ...event, ...rest, revision: 1, body })),
    ids.map((id, index) => ({
      id,
      accountId,
      eventId: id,
      subscriptionId,
      subscriptionVersion: 1,
      connectionId,
      partition: PARTITION,
      seq: index,
      claimedEpoch,
    })),
    [],
  );
  return ids;
}

/** Routed, sent, recorded; some only at their second attempt. */
async function passThrough(store: KeptStore): Promise<number> {
  const { db, dispatcherId, epoch, subscriptionId } = store;
  const ids = await routeEvents(store, ROWS, epoch);
  await recordOutcomes(
    db,
    dispatcherId,
    ids.map((id, index) => outcomeOf(store, id, index % FAILS_EVERY === 0 ? null : "delivered")),
  );
  const again = await claimDueDeliveries(db, dispatcherId, [
    { partition: PARTITION, epoch, subscriptionId, room: ROWS / FAILS_EVERY, bodyRoom: 8_000_000 },
  ]);
  await recordOutcomes(
    db,
    dispatcherId,
    again.map(({ deliveryId }) => outcomeOf(store, deliveryId, "delivered")),
  );
  return ROWS;
}

function outcomeOf({ epoch }: KeptStore, deliveryId: string, state: "delivered" | null): DeliveryOutcome {
  const failed = state === null;
  return {
    deliveryId,
    partition: PARTITION,
    epoch,
    state,
    held: false,
    retryInMs: 0,
    attempts: 1,
    possiblySent: false,
    reason: failed ? "http_5xx" : null,
    detail: null,
    attempt: {
      id: newUuid(),
      number: 1,
      startedAt: new Date(),
      durationMs: 5,
      outcome: failed ? "retry" : "delivered",
      reason: null,
      detail: null,
      request: null,
      reply: null,
    },
  };
}

async function sampleQueue(db: Database, atMs: number): Promise<QueueSample> {
  const [row] = await db.query<{ bytes: number; dead: number }>(
    `SELECT pg_total_relation_size('queue') AS bytes, n_dead_tup AS dead
     FROM pg_stat_user_tables WHERE relname = 'queue'`,
  );
  return { atMs, bytes: row?.bytes ?? 0, deadRows: row?.dead ?? 0 };
}

async function readVacuums(db: Database): Promise<number | undefined> {
  const [row] = await db.query<{ vacuums: number }>(
    "SELECT autovacuum_count AS vacuums FROM pg_stat_user_tables WHERE relname = 'queue'",
  );
  return row?.vacuums;
}
