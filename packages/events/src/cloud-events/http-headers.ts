/**
 * CloudEvents in HTTP's binary mode: attributes are headers `ce-…`, percent-encoded where HTTP
 * has no letters for them.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
import { percentDecode } from "../percent-decode.ts";
import { decodeUtf8 } from "../utf8.ts";
import { attributeEntries, toAttributes } from "./attributes.ts";
import type { DecodedHeaders, EventAttributes } from "./attributes.ts";

/** `Headers` of fetch, Node's `request.headers`, or pairs. */
export type HttpHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

const PREFIX = "ce-";

/**
 * @example
 * encodeHttpHeaders({ id: "evt_1", type: "website_created", source: "/shop", subject: "Café" })
 * // { "ce-specversion": "1.0", "ce-id": "evt_1", …, "ce-subject": "Caf%C3%A9" }
 */
export function encodeHttpHeaders(attributes: EventAttributes): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of attributeEntries(attributes)) headers[PREFIX + name] = percentEncode(value);
  if (attributes.contentType !== undefined) headers["content-type"] = attributes.contentType;
  return headers;
}

/** Never throws. */
export function decodeHttpHeaders(headers: HttpHeaders): DecodedHeaders {
  const values = new Map<string, string>();
  let contentType: string | undefined;
  for (const [name, value] of entriesOf(headers)) {
    const lowerName = name.toLowerCase();
    if (lowerName === "content-type") contentType = value;
    if (!lowerName.startsWith(PREFIX)) continue;
    const decoded = decodeUtf8(percentDecode(unquote(value)));
    if (!decoded.ok) return { ok: false, reason: `the header ${lowerName} is not UTF-8 text` };
    values.set(lowerName.slice(PREFIX.length), decoded.text);
  }
  return toAttributes(values, contentType);
}

function* entriesOf(headers: unknown): Generator<[string, string]> {
  if (typeof headers !== "object" || headers === null) return;
  const entries: Iterable<unknown> = isIterable(headers) ? headers : Object.entries(headers);
  for (const entry of entries) {
    const [name, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    if (typeof name === "string" && typeof last === "string") yield [name, last];
  }
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && typeof value[Symbol.iterator] === "function";
}

/** Space, quote, per cent, and all that is not printable ASCII. */
function percentEncode(text: string): string {
  return text.replaceAll(/[^\u0021\u0023\u0024\u0026-\u007e]+/g, (run) =>
    [...new TextEncoder().encode(run)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** The binding has readers accept RFC 7230's quoted strings, too. */
function unquote(value: string): string {
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;
}
