/** An event held against its schema in full: for producers, and for consumers before they rely on a field. */
import { isBytes } from "./bytes.ts";
import { describeValue, issue } from "./issue.ts";
import type { EventIssue } from "./issue.ts";
import { isPlainObject } from "./plain-object.ts";
import { readEvent } from "./read-event.ts";
import { readJson } from "./read-json.ts";
import { eventTypeOf } from "./types/catalogue.ts";
import type { KnownEvent, UnknownEvent } from "./types/catalogue.ts";
import { toIssues } from "./zod-issues.ts";

export type ParsedEvent =
  | { readonly ok: true; readonly known: true; readonly event: KnownEvent }
  | { readonly ok: true; readonly known: false; readonly event: UnknownEvent }
  | { readonly ok: false; readonly issues: readonly EventIssue[] };

/**
 * Parses bytes, text or an already parsed object. Unknown types are fine, unknown fields stay;
 * the event that comes back is the very object that was parsed, with nothing dropped or reordered.
 *
 * @example
 * const parsed = parseEvent(body);
 * if (!parsed.ok) console.error(parsed.issues);
 * else if (parsed.known && parsed.event.event === "website_status_changed") console.log(parsed.event.previousStatus);
 */
export function parseEvent(input: unknown): ParsedEvent {
  if (typeof input !== "string" && !isBytes(input)) return validate(input);
  const read = readJson(input);
  return read.ok ? validate(read.value) : { ok: false, issues: [read.issue] };
}

function validate(data: unknown): ParsedEvent {
  if (!isPlainObject(data)) return { ok: false, issues: [issue("", "a JSON object", describeValue(data))] };
  const { type, issues } = readEvent(data);
  if (issues.length > 0) return { ok: false, issues };

  const known = eventTypeOf(type);
  if (known === undefined) return { ok: true, known: false, event: data as UnknownEvent };
  const parsed = known.schema.safeParse(data);
  if (!parsed.success) return { ok: false, issues: toIssues(parsed.error.issues, data) };
  return { ok: true, known: true, event: data as KnownEvent };
}
