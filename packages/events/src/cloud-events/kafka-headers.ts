/**
 * CloudEvents in Kafka's binary mode: attributes are headers `ce_…` in UTF-8, the value is the data.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
import { isBytes } from "../bytes.ts";
import { attributeEntries, toAttributes } from "./attributes.ts";
import type { DecodedHeaders, EventAttributes } from "./attributes.ts";

export type KafkaHeaderValue = string | Uint8Array;

/** As kafkajs hands them over, or plain. */
export type KafkaHeaders = Readonly<
  Record<string, KafkaHeaderValue | readonly KafkaHeaderValue[] | null | undefined>
>;

const PREFIX = "ce_";
const CONTENT_TYPE = "content-type";

/** Not the forgiving decoder: a byte order mark at the front of a subject belongs to it. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * @example
 * encodeHeaders({ id: "evt_01j9…", type: "website_created", source: "/accounts/acc_…/sources/src_…" })
 * // { ce_specversion: "1.0", ce_id: "evt_01j9…", ce_type: "website_created", ce_source: "/accounts/…" }
 */
export function encodeHeaders(attributes: EventAttributes): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of attributeEntries(attributes)) headers[PREFIX + name] = value;
  if (attributes.contentType !== undefined) headers[CONTENT_TYPE] = attributes.contentType.toWellFormed();
  return headers;
}

/** Reads a record's headers and leaves its value alone. Never throws. */
export function decodeHeaders(headers: KafkaHeaders | null | undefined): DecodedHeaders {
  if (typeof headers !== "object" || headers === null)
    return { ok: false, reason: "the record has no headers" };
  const values = new Map<string, string>();
  let contentType: string | undefined;
  for (const name of Object.keys(headers)) {
    const isAttribute = name.startsWith(PREFIX);
    if (!isAttribute && name !== CONTENT_TYPE) continue;
    const text = textOf(headers[name]);
    if (text === undefined) return { ok: false, reason: `the header ${name} is not UTF-8 text` };
    if (isAttribute) values.set(name.slice(PREFIX.length), text);
    else contentType = text;
  }
  return toAttributes(values, contentType);
}

/** Kafka allows a header several times; its own clients take the last. */
function textOf(value: unknown): string | undefined {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (typeof last === "string") return last;
  if (!isBytes(last)) return undefined;
  try {
    return utf8.decode(last);
  } catch {
    return undefined;
  }
}
