/** The bus's tables and topics, made when they are missing. */
import { readFileSync } from "node:fs";
import { BusSchemaTooNewError, PartitionCountError } from "../errors.ts";
import type { TopicSpec } from "../port.ts";
import type { Topic } from "../topic.ts";
import { deadTopicOf } from "../topics.ts";
import type { Connections, Queryable } from "./connections.ts";
import { createSegmentTable } from "./segment-table.ts";

/** In order; one that was released is never changed. */
const MIGRATIONS = ["0001-bus.sql", "0002-member-process.sql"];
/** Two processes that start together: one makes the tables, the other waits. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('stellwerk.bus.schema', 0))";
const DEADLINE_MS = 30_000;

export async function ensureTopics(connections: Connections, specs: readonly TopicSpec[]): Promise<Topic[]> {
  return connections.transaction(DEADLINE_MS, async (db) => {
    // Waiting for another process may take longer than a statement usually may.
    await db.query("SET LOCAL statement_timeout = 0");
    await db.query(LOCK);
    await migrate(db);
    const topics: Topic[] = [];
    for (const spec of specs) {
      topics.push(await ensureTopic(db, spec, true));
      // One partition: nobody relies on the order of what could not be handled.
      topics.push(await ensureTopic(db, { ...spec, name: deadTopicOf(spec.name), partitions: 1 }, false));
    }
    return topics;
  });
}

async function migrate(db: Queryable): Promise<void> {
  await db.query("CREATE SCHEMA IF NOT EXISTS bus");
  await db.query("CREATE TABLE IF NOT EXISTS bus.version (version integer NOT NULL)");
  const [row] = await db.query<[number]>("SELECT version FROM bus.version");
  const version = row?.[0] ?? 0;
  if (version > MIGRATIONS.length) throw new BusSchemaTooNewError(version, MIGRATIONS.length);
  if (version === MIGRATIONS.length) return;
  for (const name of MIGRATIONS.slice(version)) {
    await db.query(readFileSync(new URL(`./migrations/${name}`, import.meta.url), "utf8"));
  }
  await db.query("DELETE FROM bus.version");
  await db.query("INSERT INTO bus.version VALUES ($1)", [MIGRATIONS.length]);
}

async function ensureTopic(db: Queryable, spec: TopicSpec, dropConsumed: boolean): Promise<Topic> {
  const [found] = await db.query<[id: number, partitions: number]>(
    "UPDATE bus.topic SET retention_ms = $2 WHERE name = $1 RETURNING id, partitions",
    [spec.name, spec.retentionMs],
  );
  if (found) {
    const [id, partitions] = found;
    if (partitions !== spec.partitions) throw new PartitionCountError(spec.name, partitions, spec.partitions);
    return { id, name: spec.name, partitions };
  }
  const [topic] = await db.query<[id: number, segmentId: string]>(
    `WITH topic AS (
       INSERT INTO bus.topic (name, partitions, retention_ms, drop_consumed) VALUES ($1, $2, $3, $4) RETURNING id
     )
     INSERT INTO bus.segment (topic_id, starts) SELECT id, array_fill(0, ARRAY[$2]) FROM topic RETURNING topic_id, id`,
    [spec.name, spec.partitions, spec.retentionMs, dropConsumed],
  );
  if (!topic) throw new Error(`INSERT of topic "${spec.name}" returned no row`);
  const [id, segmentId] = topic;
  await createSegmentTable(db, segmentId);
  await db.query(
    "INSERT INTO bus.partition (topic_id, partition, segment_id) SELECT $1, generate_series(0, $2 - 1), $3",
    [id, spec.partitions, segmentId],
  );
  return { id, name: spec.name, partitions: spec.partitions };
}
