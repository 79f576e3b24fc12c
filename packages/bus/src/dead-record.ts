/** A record on its way to the dead topic: as it was, with the reason and where it stood. */
import type { BusRecord, OutgoingRecord } from "./port.ts";
import { deadTopicOf } from "./topics.ts";

/** A reason may quote the record; whoever reads the dead topic has the record itself. */
const MAX_REASON_CHARACTERS = 2_000;

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
