/** Where a partition is read from after it was assigned. */
import type { Logger } from "pino";
import type { AssignedPartition } from "../consuming/assigned-partition.ts";
import type { Connections } from "./connections.ts";
import type { Head } from "./doorbell.ts";
import { sqlFile } from "./sql-file.ts";

const readBoundsStatement = sqlFile("read-bounds");
const DEADLINE_MS = 5_000;

/** Every partition of a topic, one after the other: for tools, not for the data path. */
export async function readBounds(connections: Connections, topic: Topic): Promise<PartitionBounds[]> {
  return connections.run(DEADLINE_MS, async (db) => {
    const bounds: PartitionBounds[] = [];
    for (let partition = 0; partition < topic.partitions; partition++) {
      const [row] = await db.query<[next: string, segmentId: string, earliest: string]>(readBoundsStatement, [
        topic.id,
        partition,
      ]);
      if (row) bounds.push({ partition, earliest: BigInt(row[2]), next: BigInt(row[0]) });
    }
    return bounds;
  });
}

/** `wanted` is what the handler answered; without it the group's own commit counts. */
export async function findStart(
  connections: Connections,
  { topic, partition, committed }: AssignedPartition,
  wanted: bigint | undefined,
  log: Logger,
): Promise<{ offset: bigint; head: Head }> {
  const [row] = await connections.run(DEADLINE_MS, (db) =>
    db.query<[nextOffset: string, segmentId: string, earliest: string]>(readBoundsStatement, [topic.id, partition]),
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
