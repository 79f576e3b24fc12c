/**
 * The attributes of an event as CloudEvents 1.0 has them, apart from any transport.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */

export interface EventAttributes {
  /** `evt_…`. The bus may deliver an event twice: this is how a reader tells. */
  readonly id: string;
  /** The platform's own name: `website_status_changed`. */
  readonly type: string;
  /** `/accounts/acc_…/sources/src_…`. */
  readonly source: string;
  /** `website/321654`. */
  readonly subject?: string;
  /** RFC 3339: when it was received, unless its producer said when it happened. */
  readonly time?: string;
  /** Which schema the data is described by; unknown types have none. */
  readonly dataSchema?: string;
  /** `acc_…`. */
  readonly accountId?: string;
  readonly traceparent?: string;
  /** Of the value, as it was received. */
  readonly contentType?: string;
  /** What other producers add, by its CloudEvents name. */
  readonly extensions?: Readonly<Record<string, string>>;
}

export type DecodedHeaders =
  | { readonly ok: true; readonly attributes: EventAttributes }
  | { readonly ok: false; readonly reason: string };

const SPEC_VERSION = "1.0";

/** Their CloudEvents names, which have lower-case letters and digits only. */
const NAMES = {
  id: "id",
  type: "type",
  source: "source",
  subject: "subject",
  time: "time",
  dataSchema: "dataschema",
  accountId: "accountid",
  traceparent: "traceparent",
} as const;

const REQUIRED = ["id", "type", "source"] as const;
const OPTIONAL = ["subject", "time", "dataSchema", "accountId", "traceparent"] as const;
const OWN_NAMES: ReadonlySet<string> = new Set([...Object.values(NAMES), "specversion"]);

const ATTRIBUTE_NAME = /^[a-z0-9]+$/;
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Name and value of every attribute, in a fixed order; the content type is the transport's own. */
export function* attributeEntries(attributes: EventAttributes): Generator<[string, string]> {
  yield ["specversion", SPEC_VERSION];
  for (const field of [...REQUIRED, ...OPTIONAL]) {
    const value = attributes[field];
    // Half a surrogate pair has no UTF-8.
    if (value !== undefined) yield [NAMES[field], value.toWellFormed()];
  }
  for (const [name, value] of Object.entries(attributes.extensions ?? {})) {
    if (ATTRIBUTE_NAME.test(name) && !OWN_NAMES.has(name)) yield [name, value.toWellFormed()];
  }
}

/** The way back, from whatever headers a transport found. Runs for every event that is routed. */
export function toAttributes(
  values: ReadonlyMap<string, string>,
  contentType: string | undefined,
): DecodedHeaders {
  const version = values.get("specversion");
  if (version !== SPEC_VERSION) {
    return refused(`CloudEvents 1.0 in binary mode was expected, but specversion is ${version ?? "missing"}`);
  }
  for (const name of REQUIRED) {
    if (!values.get(name)) return refused(`the required attribute ${name} is missing`);
  }
  const time = values.get("time");
  if (time !== undefined && !isTimestamp(time))
    return refused("the attribute time is not an RFC 3339 timestamp");

  const attributes: Record<string, unknown> = {};
  for (const field of [...REQUIRED, ...OPTIONAL]) {
    const value = values.get(NAMES[field]);
    if (value !== undefined) attributes[field] = value;
  }
  if (contentType !== undefined) attributes["contentType"] = contentType;
  const extensions = [...values].filter(([name]) => !OWN_NAMES.has(name) && ATTRIBUTE_NAME.test(name));
  if (extensions.length > 0) attributes["extensions"] = Object.fromEntries(extensions);
  return { ok: true, attributes: attributes as unknown as EventAttributes };
}

function isTimestamp(text: string): boolean {
  return RFC_3339.test(text) && !Number.isNaN(Date.parse(text));
}

function refused(reason: string): DecodedHeaders {
  return { ok: false, reason };
}
