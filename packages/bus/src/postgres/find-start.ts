/** Where a partition is read from after it was assigned. */
import type { Logger } from "pino";
import type { AssignedPartition } from "../consuming/assigned-partition.ts";
import type { Connections } from "./connections.ts";
import type { Head } from "./doorbell.ts";
import { sqlFile } from "./sql-file.ts";

const readBounds = sqlFile("read-bounds");
const DEADLINE_MS = 5_000;

/** `wanted` is what the handler answered; without it the group's own commit counts. */
export async function findStart(
  connections: Connections,
  { topic, partition, committed }: AssignedPartition,
  wanted: bigint | undefined,
  log: Logger,
): Promise<{ offset: bigint; head: Head }> {
  const [row] = await connections.run(DEADLINE_MS, (db) =>
    db.query<[nextOffset: string, segmentId: string, earliest: string]>(readBounds, [topic.id, partition]),
  );
  if (!row) throw new Error(`Topic "${topic.name}" has no partition ${partition}`);
  const [nextOffset, segmentId, earliest] = row;
  const head = { topicId: topic.id, partition, nextOffset: BigInt(nextOffset), segmentId: BigInt(segmentId) };
  const offset = wanted ?? committed ?? BigInt(earliest);
  if (offset >= BigInt(earliest) && offset <= head.nextOffset) return { offset, head };
  log.warn(
    { topic: topic.name, partition, offset: String(offset), earliest, nextOffset },
    "the offset to continue from is not in the topic; reading from its earliest record",
  );
  return { offset: BigInt(earliest), head };
}
