/** What a topic holds, for tools: one partition after the other, not for the data path. */
import type { PartitionBounds } from "../port.ts";
import type { Topic } from "../topic.ts";
import type { Connections } from "./connections.ts";
import { sqlFile } from "./sql-file.ts";

const statement = sqlFile("read-bounds");
const DEADLINE_MS = 5_000;

export async function readBounds(connections: Connections, topic: Topic): Promise<PartitionBounds[]> {
  return connections.run(DEADLINE_MS, async (db) => {
    const bounds: PartitionBounds[] = [];
    for (let partition = 0; partition < topic.partitions; partition++) {
      const [row] = await db.query<[next: string, segmentId: string, earliest: string]>(statement, [
        topic.id,
        partition,
      ]);
      if (row) bounds.push({ partition, earliest: BigInt(row[2]), next: BigInt(row[0]) });
    }
    return bounds;
  });
}
