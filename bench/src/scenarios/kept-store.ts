/** A store without its apps, and in it what stands for weeks of use. */
import { newUuid } from "@stellwerk/delivery";
import {
  ensureTablePartitions,
  insertConnection,
  insertSubscription,
  prepareStore,
  raiseRevision,
  startEmbeddedPostgres,
  takePartitions,
  type Database,
} from "@stellwerk/store";
import { stoppedOnInterrupt } from "../interrupt.ts";
import { makeDataFolder } from "../systems/data-folder.ts";
import { openBulk } from "./installation.ts";

export interface KeptStore {
  readonly db: Database;
  readonly dispatcherId: string;
  readonly epoch: number;
  readonly accountId: string;
  readonly connectionId: string;
  readonly subscriptionId: string;
  stop(): Promise<void>;
}

export const PARTITION = 0;
const PARTITIONS = 12;
const WEEKS = 4;
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const ROWS_AT_ONCE = 250_000;
/** Most events match one subscription or none; a tenth keeps the seeding short. */
const EVENTS_PER_DELIVERY = 10;
const OTHER_ACCOUNTS = 200;

export async function startKeptStore(): Promise<KeptStore> {
  const folder = makeDataFolder("kept-events");
  const log = { info: () => {}, warn: () => {} };
  // Millions of rows at once are not what a store is set up for; without it checkpoints are half of the seeding.
  const settings = { max_wal_size: "8GB" };
  const postgres = await startEmbeddedPostgres({ dataDir: folder.path, log, settings });
  const db = openBulk(postgres.url);
  const stop = stoppedOnInterrupt(async () => {
    await db.close();
    await postgres.stop();
    folder.remove();
  });
  try {
    const { accountId } = await prepareStore(db, { partitions: PARTITIONS, log, timeoutMs: 60_000 });
    await ensureTablePartitions(db, { now: new Date(Date.now() - WEEKS * WEEK_MS), weeksAhead: WEEKS + 2 });
    const [connectionId, subscriptionId] = [newUuid(), newUuid()];
    await db.transaction(async (tx) => {
      const revision = await raiseRevision(tx, accountId);
      const connection = { connector: "webhook", name: "Kept", settings: {}, secretsSealed: null };
      await insertConnection(tx, accountId, { id: connectionId, ...connection });
      await insertSubscription(tx, accountId, revision, subscriptionId, {
        name: "Kept",
        enabled: true,
        connectionId,
        eventTypes: ["*"],
        action: "webhook.send",
        input: {},
        retryScheduleMs: null,
        concurrency: null,
        perSecond: null,
        ordered: false,
        onRejected: "skip",
        settleMs: null,
        condition: null,
        maxAgeMs: null,
      });
    });
    const dispatcherId = newUuid();
    const { partitions } = await takePartitions(db, { id: dispatcherId, host: "bench", pid: process.pid });
    const epoch = partitions.find(({ partition }) => partition === PARTITION)?.epoch ?? 0;
    return { db, dispatcherId, epoch, accountId, connectionId, subscriptionId, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** $1 account, $2 first number, $3 last, $4 first ms, $5 ms each: half of the events are the account's. */
const SEED_EVENTS = `
INSERT INTO event (id, account_id, type, subject, time, content_type, revision, body)
SELECT
  (lpad(to_hex(($4::float8 + n * $5::float8)::bigint), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid,
  CASE WHEN n % 2 = 0 THEN $1::uuid ELSE md5('account' || n % ${OTHER_ACCOUNTS})::uuid END,
  'website_status_changed', 'website/' || n % 50000, now(), 'application/json', 1, '\\x7b226576656e74223a2278227d'
FROM generate_series($2::bigint, $3::bigint) AS n`;

/** The same numbers; $6 subscription, $7 connection. */
const SEED_DELIVERIES = `
INSERT INTO delivery (
  id, account_id, event_id, subscription_id, subscription_version, connection_id, key, state, attempts, finished_at
)
SELECT id, $1, id, $6, 1, $7, id, 'delivered', 1, now()
FROM (
  SELECT (lpad(to_hex(($4::float8 + n * $5::float8)::bigint), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid AS id
  FROM generate_series($2::bigint, $3::bigint, ${EVENTS_PER_DELIVERY}) AS n
) AS of_event`;

/** Small events over four weeks. */
export async function seedKeptEvents(store: KeptStore, count: number): Promise<void> {
  const firstMs = Date.now() - WEEKS * WEEK_MS;
  const eachMs = (WEEKS * WEEK_MS - 60_000) / count;
  let next = 0;
  async function seedSome(): Promise<void> {
    while (next < count) {
      const from = next;
      next += ROWS_AT_ONCE;
      const to = Math.min(next, count) - 1;
      await store.db.transaction(async (tx) => {
        await tx.query("SET LOCAL synchronous_commit = off");
        const rows = [store.accountId, from, to, firstMs, eachMs];
        await tx.query(SEED_EVENTS, rows);
        await tx.query(SEED_DELIVERIES, [...rows, store.subscriptionId, store.connectionId]);
      });
    }
  }
  await Promise.all([seedSome(), seedSome()]);
  for (const table of ["event", "delivery"]) await store.db.query(`VACUUM ANALYZE ${table}`);
}
