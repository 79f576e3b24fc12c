/** A segment's table. Writers reach it through bus.record, readers by its name. */
import type { Queryable } from "./connections.ts";

/** `segmentId` comes from the database: digits only, which is checked because it becomes a name. */
export async function createSegmentTable(db: Queryable, segmentId: string): Promise<void> {
  const table = segmentTable(segmentId);
  // Filled once and dropped: there is nothing to vacuum. Rows up to a page stay whole.
  await db.query(
    `CREATE TABLE ${table} (LIKE bus.record INCLUDING DEFAULTS INCLUDING STORAGE,
       PRIMARY KEY (partition, "offset"), CHECK (segment_id = ${segmentId}))
     WITH (autovacuum_enabled = off, toast_tuple_target = 8160, toast.autovacuum_enabled = off)`,
  );
  // Made apart and attached: that does not block the writers, CREATE TABLE … PARTITION OF would.
  await db.query(`ALTER TABLE bus.record ATTACH PARTITION ${table} FOR VALUES IN (${segmentId})`);
}

/** Waits for running writes at most as long as the transaction's lock_timeout says. */
export async function dropSegmentTable(db: Queryable, segmentId: string): Promise<void> {
  await db.query(`DROP TABLE IF EXISTS ${segmentTable(segmentId)}`);
}

export function segmentTable(segmentId: string): string {
  if (!/^\d+$/.test(segmentId)) throw new Error(`Not a segment: ${segmentId}`);
  return `bus.record_${segmentId}`;
}
