/** A record of the topic made into an event: what most readers need, in one call. */
import { isBytes } from "../bytes.ts";
import { normaliseForm } from "../forms/normalise-form.ts";
import type { EventIssue } from "../issue.ts";
import { readJson } from "../read-json.ts";
import { decodeHeaders } from "./kafka-headers.ts";
import type { KafkaHeaders } from "./kafka-headers.ts";

/** A kafkajs `KafkaMessage` is one; so is what any other client hands over. */
export interface EventRecord {
  readonly key?: string | Uint8Array | null;
  readonly value: string | Uint8Array | null;
  readonly headers?: KafkaHeaders | undefined;
}

export interface DecodedEvent {
  readonly ok: true;
  /** The bus may deliver an event twice; the id is the same then. */
  readonly id: string;
  readonly type: string;
  readonly subject: string | undefined;
  readonly time: string | undefined;
  readonly source: string;
  readonly accountId: string | undefined;
  readonly contentType: string;
  readonly dataSchema: string | undefined;
  readonly traceparent: string | undefined;
  /** The bytes as the platform sent them. */
  readonly raw: Uint8Array;
  /** The parsed JSON, or the normalised form. Not validated: `parseEvent(event.data)` is. */
  readonly data: unknown;
}

export interface UndecodableRecord {
  readonly ok: false;
  /** One sentence for a log. */
  readonly reason: string;
  readonly issues: readonly EventIssue[];
}

/**
 * Never throws.
 *
 * @example
 * eachMessage: async ({ message }) => {
 *   const event = decodeEvent(message);
 *   if (event.ok && event.type === "website_status_changed") console.log(event.subject, event.data);
 * }
 */
export function decodeEvent(record: EventRecord): DecodedEvent | UndecodableRecord {
  const decoded = decodeHeaders(record.headers);
  if (!decoded.ok) return { ok: false, reason: decoded.reason, issues: [] };
  const { attributes } = decoded;
  if (record.value == null) return { ok: false, reason: "the record has no value", issues: [] };

  const raw = typeof record.value === "string" ? new TextEncoder().encode(record.value) : record.value;
  const contentType = attributes.contentType ?? "application/json";
  const read = attributes.type === "form_submitted" ? readForm(raw, contentType) : readJsonBody(raw);
  if (!read.ok) {
    return {
      ok: false,
      reason: `the value of ${attributes.id} could not be read: ${read.issues[0]?.message}`,
      issues: read.issues,
    };
  }
  return {
    ok: true,
    id: attributes.id,
    type: attributes.type,
    subject: attributes.subject,
    time: attributes.time,
    source: attributes.source,
    accountId: attributes.accountId ?? keyText(record.key),
    contentType,
    dataSchema: attributes.dataSchema,
    traceparent: attributes.traceparent,
    raw,
    data: read.data,
  };
}

type ReadData =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly issues: readonly EventIssue[] };

function readForm(raw: Uint8Array, contentType: string): ReadData {
  return normaliseForm(raw, contentType);
}

function readJsonBody(raw: Uint8Array): ReadData {
  const read = readJson(raw);
  return read.ok ? { ok: true, data: read.value } : { ok: false, issues: [read.issue] };
}

/** The key of a record is its account. */
function keyText(key: EventRecord["key"]): string | undefined {
  return isBytes(key) ? new TextDecoder().decode(key) : (key ?? undefined);
}
