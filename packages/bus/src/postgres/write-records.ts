/** Records as the parameters of publish.sql. */
import { UnknownTopicError } from "../errors.ts";
import { partitionFor } from "../partition-for.ts";
import type { OutgoingRecord } from "../port.ts";
import { numberArray } from "./connections.ts";
import type { Queryable } from "./connections.ts";
import { encodeHead } from "./record-head.ts";
import { sqlFile } from "./sql-file.ts";
import type { Topics } from "../topic.ts";

const publish = sqlFile("publish");

interface Share {
  readonly topicId: number;
  readonly partition: number;
  records: number;
  ordinal: number;
}

/** Stores all of them in one statement. */
export async function writeRecords(
  db: Queryable,
  topics: Topics,
  records: readonly OutgoingRecord[],
): Promise<void> {
  await db.query(publish, publishParameters(topics, records));
}

export function publishParameters(topics: Topics, records: readonly OutgoingRecord[]): unknown[] {
  const shares = new Map<string, Share>();
  const placed = records.map((record) => {
    const topic = topics.get(record.topic);
    if (!topic) throw new UnknownTopicError(record.topic);
    const partition = partitionFor(record.key, topic.partitions);
    const name = `${topic.id}:${partition}`;
    let share = shares.get(name);
    if (!share) shares.set(name, (share = { topicId: topic.id, partition, records: 0, ordinal: 0 }));
    return { share, place: share.records++ };
  });
  // Ascending: the order in which the partitions are locked, in every publisher.
  const ordered = [...shares.values()].toSorted((a, b) => a.topicId - b.topicId || a.partition - b.partition);
  ordered.forEach((share, index) => (share.ordinal = index + 1));

  const heads = records.map((record) => encodeHead(record.key, record.headers));
  const bytes: Uint8Array[] = [];
  const positions: number[] = [];
  let position = 1;
  records.forEach((record, index) => {
    const head = heads[index] ?? Buffer.alloc(0);
    bytes.push(head, record.value);
    positions.push(position);
    position += head.length + record.value.byteLength;
  });
  return [
    numberArray(ordered.map((share) => share.topicId)),
    numberArray(ordered.map((share) => share.partition)),
    numberArray(ordered.map((share) => share.records)),
    numberArray(placed.map(({ share }) => share.ordinal)),
    numberArray(placed.map(({ place }) => place)),
    numberArray(positions),
    numberArray(heads.map((head) => head.length)),
    numberArray(records.map((record) => record.value.byteLength)),
    Buffer.concat(bytes),
  ];
}
