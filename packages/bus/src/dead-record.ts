/** A record in the dead topic: as it was, with the reason and where it stood. */
import type { BusRecord, OutgoingRecord } from "./port.ts";
import { deadTopicOf } from "./topics.ts";

/** A reason may quote the record; whoever reads the dead topic has the record itself. */
const MAX_REASON_CHARACTERS = 2_000;

/** Not of the record itself; taken off when it is published again. */
const PREFIX = "stellwerk_dead_";

export function deadRecord(record: BusRecord, reason: string): OutgoingRecord {
  return {
    topic: deadTopicOf(record.topic),
    key: record.key ?? "",
    value: record.value,
    headers: {
      ...record.headers,
      stellwerk_dead_reason: reason.slice(0, MAX_REASON_CHARACTERS),
      stellwerk_dead_topic: record.topic,
      stellwerk_dead_partition: String(record.partition),
      stellwerk_dead_offset: String(record.offset),
    },
  };
}

export interface DeadRecord {
  readonly reason: string;
  /** Where it stood. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** As it was, to be published again. */
  readonly original: OutgoingRecord;
}

/** Undefined for a record that somebody else wrote to the dead topic. */
export function readDeadRecord(record: BusRecord): DeadRecord | undefined {
  const text = (name: string) => record.headers[PREFIX + name]?.toString("utf8");
  const [reason, topic, partition, offset] = ["reason", "topic", "partition", "offset"].map(text);
  if (reason === undefined || topic === undefined) return undefined;
  if (!/^\d+$/.test(partition ?? "") || !/^\d+$/.test(offset ?? "")) return undefined;
  const headers = Object.entries(record.headers).filter(([name]) => !name.startsWith(PREFIX));
  return {
    reason,
    topic,
    partition: Number(partition),
    offset: BigInt(offset ?? 0),
    original: { topic, key: record.key ?? "", value: record.value, headers: Object.fromEntries(headers) },
  };
}
