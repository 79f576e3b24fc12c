/**
 * A bus record as an event to route, or the reason why it can never be one.
 */
import { OPERATIONS_TOPIC, type BusRecord } from "@stellwerk/bus";
import { parseId } from "@stellwerk/delivery";
import { decodeHeaders, readEvent, statusOf } from "@stellwerk/events";
import type { RoutedEvent } from "@stellwerk/store";
import { isTraceparent } from "@stellwerk/telemetry";
import { EventData } from "./event-data.ts";

/** What is stored of an event, save the configuration it is matched with. */
export interface IncomingEvent extends Omit<RoutedEvent, "revision"> {
  /** The bus offset it came with. */
  readonly offset: bigint;
  /** It was routed before a backup of the database was restored, so its deliveries may have been sent already. */
  readonly repeated: boolean;
  /** What status it shows of its subject; undefined when its type has none. */
  readonly shows?: ReturnType<typeof statusOf>;
  /** For the conditions; let go of when it is routed. */
  readonly data: EventData;
}

export type DecodedRecord =
  | { readonly ok: true; readonly event: IncomingEvent }
  | { readonly ok: false; readonly reason: string };

export function decodeRecord(record: BusRecord, handledBefore?: bigint): DecodedRecord {
  const decoded = decodeHeaders(record.headers);
  if (!decoded.ok) return decoded;
  const { attributes } = decoded;
  const id = parseId("evt", attributes.id);
  const accountId = attributes.accountId === undefined ? undefined : parseId("acc", attributes.accountId);
  const sourceId =
    record.topic === OPERATIONS_TOPIC
      ? null
      : parseId("src", attributes.source.slice(attributes.source.lastIndexOf("/") + 1));
  if (id === undefined) return refuse("ce_id", "an event id such as evt_01j9…", attributes.id);
  if (accountId === undefined)
    return refuse("ce_accountid", "an account id such as acc_01j9…", attributes.accountId);
  if (sourceId === undefined) return refuse("ce_source", "/accounts/acc_…/sources/src_…", attributes.source);
  const time = attributes.time === undefined ? record.timestamp : new Date(attributes.time);
  if (Number.isNaN(time.getTime())) return refuse("ce_time", "an RFC 3339 time", attributes.time);
  const contentType = attributes.contentType ?? "application/json";
  const data = new EventData({ type: attributes.type, contentType, body: record.value });
  const shown = readShown(data, attributes.type, contentType);
  return {
    ok: true,
    event: {
      offset: record.offset,
      repeated: handledBefore !== undefined && record.offset < handledBefore,
      id,
      accountId,
      sourceId,
      type: attributes.type,
      subject: attributes.subject ?? null,
      time,
      receivedAt: record.timestamp,
      contentType,
      title: shown.title ?? null,
      domain: shown.domain ?? null,
      traceparent: wellFormed(attributes.traceparent),
      body: record.value,
      shows: shown.status,
      data,
    },
  };
}

/** It becomes a header of what is sent: one that cannot be a header would fail every attempt. */
function wellFormed(traceparent: string | undefined): string | null {
  return traceparent !== undefined && isTraceparent(traceparent) ? traceparent : null;
}

interface Shown {
  readonly title?: string | undefined;
  readonly domain?: string | undefined;
  readonly status?: ReturnType<typeof statusOf>;
}

/** What the log shows and searches. A body that is no JSON (a form) has neither. */
function readShown(data: EventData, type: string, contentType: string): Shown {
  if (!contentType.includes("json")) return {};
  const { title, domain } = readEvent(data.value, type);
  return { title, domain, status: statusOf(data.value) };
}

function refuse(header: string, expected: string, received: string | undefined): DecodedRecord {
  return {
    ok: false,
    reason: `${header}: expected ${expected}, received ${JSON.stringify(received ?? null)}`,
  };
}
