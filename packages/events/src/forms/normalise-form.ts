/**
 * Any form body made into one shape, `form_submitted`. Pure: the same bytes give the same event, so the topic
 * can carry the body as it was received, and readers normalise it for themselves.
 */
import { quote, issue } from "../issue.ts";
import type { EventIssue } from "../issue.ts";
import { isPlainObject, ownField } from "../plain-object.ts";
import type { FormSubmitted } from "../types/form-submitted.ts";
import { assumedWebsiteSchema } from "../types/website.ts";
import type { AssumedWebsite } from "../types/website.ts";
import { parseHeader } from "./content-type.ts";
import { FORM_LIMITS } from "./form-limits.ts";
import type { FormLimits } from "./form-limits.ts";
import type { FormBody, ParsedForm } from "./form-body.ts";
import { parseJsonForm } from "./json-form.ts";
import { parseMultipart } from "./multipart.ts";
import { parseUrlencoded } from "./urlencoded.ts";

export type NormalisedForm =
  | { readonly ok: true; readonly data: FormSubmitted }
  | { readonly ok: false; readonly issues: readonly EventIssue[] };

/**
 * @example
 * normaliseForm(new TextEncoder().encode("email=erika%40example.org"), "application/x-www-form-urlencoded")
 * // { ok: true, data: { event: "form_submitted", form: { id: null, name: null },
 * //   fields: { email: "erika@example.org" }, files: [], submitted_at: null } }
 */
export function normaliseForm(
  raw: Uint8Array,
  contentType: string,
  limits: FormLimits = FORM_LIMITS,
): NormalisedForm {
  if (raw.length > limits.bytes) {
    return { ok: false, issues: [issue("", `at most ${limits.bytes} bytes`, `${raw.length}`)] };
  }
  const parsed = parseBody(raw, contentType, limits);
  if (!parsed.ok) return parsed;
  const issues = issuesWith(parsed.form, limits);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, data: toEvent(parsed.form) };
}

function parseBody(raw: Uint8Array, contentType: string, limits: FormLimits): ParsedForm {
  const { value, parameters } = parseHeader(contentType);
  const charset = parameters.get("charset")?.toLowerCase() ?? "utf-8";
  if (!["utf-8", "utf8", "us-ascii"].includes(charset)) {
    return { ok: false, issues: [issue("content-type", "charset=utf-8", quote(charset))] };
  }
  if (value === "application/x-www-form-urlencoded") return parseUrlencoded(raw, limits);
  if (value === "multipart/form-data") return parseMultipart(raw, parameters.get("boundary"), limits);
  if (value === "application/json" || value.endsWith("+json")) return parseJsonForm(raw);
  const expected = "application/json, application/x-www-form-urlencoded or multipart/form-data";
  return { ok: false, issues: [issue("content-type", expected, value === "" ? "none" : quote(value))] };
}

function issuesWith({ fields }: FormBody, limits: FormLimits): EventIssue[] {
  if (fields.size > limits.fields) return [issue("", `at most ${limits.fields} fields`, `${fields.size}`)];
  return [...fields.keys()]
    .filter((name) => name.length > limits.nameCharacters)
    .map((name) =>
      issue(
        `fields.${name.slice(0, 20)}…`,
        `a name of at most ${limits.nameCharacters} characters`,
        `${name.length}`,
      ),
    );
}

/** Ours; what a wrapped form says under these names is read, not copied. */
const OWN_NAMES = new Set(["event", "form", "website", "fields", "files", "submitted_at"]);

function toEvent({ fields, files, about }: FormBody): FormSubmitted {
  // A flat form says such things among its fields; a wrapped one beside them.
  const says = (names: readonly string[]) => firstText(about, names) ?? firstText(fields, names);
  const form = about.get("form");
  const website = about.get("website");
  const rest = [...about].filter(([name]) => !OWN_NAMES.has(name));
  return {
    event: "form_submitted",
    form: {
      ...(isPlainObject(form) ? safeObject(Object.entries(form)) : {}),
      id: textIn(form, "id") ?? says(["form_id", "formId"]) ?? null,
      name: textIn(form, "name") ?? says(["form_name", "formName"]) ?? firstText(about, ["name"]) ?? null,
    },
    ...(website !== undefined && isWebsite(website) ? { website } : {}),
    fields: safeObject(fields),
    files: [...files],
    submitted_at:
      says(["submitted_at", "submittedAt"]) ?? firstText(about, ["created_at", "createdAt"]) ?? null,
    ...safeObject(rest),
  };
}

/** A `website` that does not look like one would make an event that does not fit its own schema. */
function isWebsite(value: unknown): value is AssumedWebsite {
  return assumedWebsiteSchema.safeParse(value).success;
}

/**
 * `__proto__` is left out: as a field it means nothing, and whoever copies such an object
 * with a plain assignment would change the copy's prototype.
 */
function safeObject(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  return Object.fromEntries([...entries].filter(([name]) => name !== "__proto__"));
}

function textIn(value: unknown, field: string): string | undefined {
  return isPlainObject(value) ? asText(ownField(value, field)) : undefined;
}

function firstText(values: ReadonlyMap<string, unknown>, names: readonly string[]): string | undefined {
  return names.map((name) => asText(values.get(name))).find((text) => text !== undefined);
}

function asText(value: unknown): string | undefined {
  return typeof value === "number" || (typeof value === "string" && value !== "") ? String(value) : undefined;
}
