/**
 * What the platform itself needs to know of an event: its type, what it is about, and two words for the log.
 *
 * Runs for every event on both sides of the bus, so it checks by hand instead of with zod, looks at a handful
 * of fields and never walks the rest.
 */
import { cleanText, hasControlCharacters } from "./clean-text.ts";
import { describeValue, issue } from "./issue.ts";
import type { EventIssue } from "./issue.ts";
import { isPlainObject, ownField } from "./plain-object.ts";
import { eventTypeOf } from "./types/catalogue.ts";

/** Longer than any name of a type, short enough for a header and an index. */
export const MAX_TYPE_CHARACTERS = 128;

export interface EventSummary {
  /** Empty when there is none to read; then `issues` says why. */
  readonly type: string;
  /** One of the catalogue. */
  readonly known: boolean;
  /** `website/321654`: what the event is about, and its ordering key. */
  readonly subject?: string;
  readonly title?: string;
  readonly domain?: string;
  /** What makes it no event at all. Fields that are merely unexpected are not: nothing is refused for them. */
  readonly issues: readonly EventIssue[];
}

/**
 * Reads an already parsed body. `type` is for a body that does not name its own
 * (`POST /v1/events`, or a record's `ce_type`).
 *
 * @example
 * readEvent({ event: "website_created", website: { id: 321654, title: "Harry's Diner" } })
 * // { type: "website_created", known: true, subject: "website/321654", title: "Harry's Diner", issues: [] }
 */
export function readEvent(data: unknown, type?: string): EventSummary {
  if (!isPlainObject(data)) return unreadable(issue("", "a JSON object", describeValue(data)));

  const name = type ?? ownField(data, "event");
  const typeIssue = issueWithType(name);
  if (typeIssue !== undefined) return unreadable(typeIssue);

  const website = ownField(data, "website");
  const about = isPlainObject(website) ? website : {};
  const subject = subjectOf(data);
  const title = cleaned(ownField(about, "title"));
  const domain = cleaned(ownField(about, "domain"));
  return {
    type: name as string,
    known: eventTypeOf(name as string) !== undefined,
    ...(subject === undefined ? {} : { subject }),
    ...(title === undefined ? {} : { title }),
    ...(domain === undefined ? {} : { domain }),
    issues: [],
  };
}

/**
 * What an event is about, from its website's id; undefined when it has none.
 *
 * @example
 * subjectOf({ website: { id: 321654 } }) // "website/321654"
 */
export function subjectOf(data: unknown): string | undefined {
  const website = isPlainObject(data) ? ownField(data, "website") : undefined;
  const id = isPlainObject(website) ? ownField(website, "id") : undefined;
  // Beyond 2^53 JSON.parse rounds, and two websites would share a subject.
  if (typeof id === "number") return Number.isSafeInteger(id) ? `website/${id}` : undefined;
  const text = cleaned(id);
  return text === undefined ? undefined : cleanText(`website/${text}`);
}

/**
 * The status that an event shows, and the one before when it tells of a change.
 *
 * @example
 * statusOf({ website: { status: "Done" }, previousStatus: "Publish" }) // { status: "Done", previousStatus: "Publish" }
 */
export function statusOf(
  data: unknown,
): { readonly status: string; readonly previousStatus?: string } | undefined {
  if (!isPlainObject(data)) return undefined;
  const website = ownField(data, "website");
  const status = isPlainObject(website) ? cleaned(ownField(website, "status")) : undefined;
  if (status === undefined) return undefined;
  const previousStatus = cleaned(ownField(data, "previousStatus"));
  return previousStatus === undefined ? { status } : { status, previousStatus };
}

function issueWithType(name: unknown): EventIssue | undefined {
  const expected = "the event's type, such as website_status_changed";
  if (typeof name !== "string" || name === "") return issue("event", expected, describeValue(name));
  if (name.length > MAX_TYPE_CHARACTERS) {
    return issue("event", `at most ${MAX_TYPE_CHARACTERS} characters`, `${name.length} characters`);
  }
  // It becomes a header, a database column and a metric's label.
  if (hasControlCharacters(name) || !name.isWellFormed()) {
    return issue("event", "no control characters in the event's type", describeValue(name));
  }
  return undefined;
}

function unreadable(problem: EventIssue): EventSummary {
  return { type: "", known: false, issues: [problem] };
}

function cleaned(value: unknown): string | undefined {
  return typeof value === "string" ? cleanText(value) : undefined;
}
