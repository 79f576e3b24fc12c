/** What every form parser makes of a body: fields, files by name, and what stood beside the fields. */
import type { EventIssue } from "../issue.ts";
import type { FormFile } from "../types/form-submitted.ts";

export interface FormBody {
  readonly fields: ReadonlyMap<string, unknown>;
  readonly files: readonly FormFile[];
  /** Of a wrapped form: everything but the fields. */
  readonly about: ReadonlyMap<string, unknown>;
}

export type ParsedForm =
  | { readonly ok: true; readonly form: FormBody }
  | { readonly ok: false; readonly issues: readonly EventIssue[] };

/** Adds a value under a name; a second one makes a list. `interests[]` is PHP's way to say list. */
export function addField(fields: Map<string, unknown>, rawName: string, value: unknown): void {
  const name = fieldName(rawName);
  const before = fields.get(name);
  if (!fields.has(name)) fields.set(name, rawName.endsWith("[]") ? [value] : value);
  else if (Array.isArray(before)) before.push(value);
  else fields.set(name, [before, value]);
}

/** `fields[email]` and `data[email]` are the wrapped shapes of JSON, in a form's spelling. */
const WRAPPED_NAME = /^(?:fields|data|inputs|form_fields)\[([^[\]]+)\]$/;

function fieldName(rawName: string): string {
  const name = rawName.endsWith("[]") ? rawName.slice(0, -2) : rawName;
  return WRAPPED_NAME.exec(name)?.[1] ?? name;
}
