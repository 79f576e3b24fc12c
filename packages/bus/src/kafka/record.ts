/** Our records as kafkajs's messages and back; bytes stay as they are. */
import type { KafkaMessage, Message } from "kafkajs";
import type { BusRecord, OutgoingRecord } from "../port.ts";

const NOTHING = Buffer.alloc(0);

export function toMessage(record: OutgoingRecord, partition: number): Message {
  const headers: Record<string, string | Buffer> = {};
  for (const name in record.headers) headers[name] = toBufferOrText(record.headers[name] ?? "");
  return { key: record.key, value: toBuffer(record.value), headers, partition };
}

export function toRecord(topic: string, partition: number, message: KafkaMessage): BusRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key === null ? null : message.key.toString("utf8"),
    value: message.value ?? NOTHING,
    headers: toHeaders(message.headers),
    timestamp: new Date(Number(message.timestamp)),
  };
}

/** Of a header that somebody gave several times the last one counts. */
function toHeaders(headers: KafkaMessage["headers"] = {}): Record<string, Buffer> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value;
      return [name, last instanceof Buffer ? last : Buffer.from(last ?? "")];
    }),
  );
}

function toBufferOrText(value: string | Uint8Array): string | Buffer {
  return typeof value === "string" ? value : toBuffer(value);
}

/** A view, no copy. */
function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
