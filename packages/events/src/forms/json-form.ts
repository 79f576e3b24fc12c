/**
 * Forms as JSON. The platform has not published its shape, so we take what comparable
 * builders send: flat, wrapped, and lists of named values.
 */
import { describeValue, issue } from "../issue.ts";
import { isPlainObject, ownField } from "../plain-object.ts";
import type { PlainObject } from "../plain-object.ts";
import { readJson } from "../read-json.ts";
import type { FormFile } from "../types/form-submitted.ts";
import { addField } from "./form-body.ts";
import type { ParsedForm } from "./form-body.ts";

/** Where the fields are when they are not the body itself, the first that fits. */
const WRAPPERS = ["fields", "data", "inputs"];

/** What a list's entry calls its name, the first that is there: some builders send an id as well. */
const ENTRY_NAMES = ["name", "key", "field", "id", "label", "title"];

export function parseJsonForm(raw: Uint8Array): ParsedForm {
  const read = readJson(raw);
  if (!read.ok) return { ok: false, issues: [read.issue] };
  const body = read.value;
  if (Array.isArray(body)) return fromContainer(body, new Map());
  if (!isPlainObject(body)) {
    return { ok: false, issues: [issue("", "an object or a list of fields", describeValue(body))] };
  }

  const payload = ownField(body, "payload");
  const isInPayload = wrapperIn(body) === undefined && isPlainObject(payload);
  return isInPayload ? fromObject(payload, without(body, "payload")) : fromObject(body, new Map());
}

/** `around` is what stood beside an outer wrapper. */
function fromObject(object: PlainObject, around: ReadonlyMap<string, unknown>): ParsedForm {
  const wrapper = wrapperIn(object);
  if (wrapper === undefined) return fromContainer(object, around);
  return fromContainer(object[wrapper], new Map([...around, ...without(object, wrapper)]));
}

function wrapperIn(object: PlainObject): string | undefined {
  return WRAPPERS.find((name) => isContainer(ownField(object, name)));
}

function isContainer(value: unknown): boolean {
  return isPlainObject(value) || (Array.isArray(value) && value.every(isPlainObject));
}

function fromContainer(container: unknown, about: ReadonlyMap<string, unknown>): ParsedForm {
  const fields = new Map<string, unknown>();
  if (Array.isArray(container)) {
    for (const [index, entry] of container.entries()) {
      const name = isPlainObject(entry) ? nameOf(entry) : undefined;
      if (name === undefined) {
        return {
          ok: false,
          issues: [issue(String(index), 'an entry such as { "name", "value" }', describeValue(entry))],
        };
      }
      addField(fields, name, ownField(entry as PlainObject, "value") ?? null);
    }
  } else {
    for (const [name, value] of Object.entries(container as PlainObject)) fields.set(name, valueOf(value));
  }
  return { ok: true, form: { fields, files: filesOf(about), about } };
}

function nameOf(entry: PlainObject): string | undefined {
  const name = ENTRY_NAMES.map((field) => ownField(entry, field)).find(
    (value) => value !== undefined && value !== "",
  );
  return typeof name === "string" || typeof name === "number" ? String(name) : undefined;
}

/** `{ title, value, type }`: a field with its description around it. */
function valueOf(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  const inner = ownField(value, "value");
  return inner === undefined || isPlainObject(inner) ? value : inner;
}

/** A body that is normalised already names its files. */
function filesOf(about: ReadonlyMap<string, unknown>): FormFile[] {
  const files = about.get("files");
  return Array.isArray(files) ? files.filter(isFile) : [];
}

function isFile(value: unknown): value is FormFile {
  return (
    isPlainObject(value) &&
    typeof ownField(value, "field") === "string" &&
    typeof ownField(value, "name") === "string" &&
    typeof ownField(value, "content_type") === "string" &&
    Number.isSafeInteger(ownField(value, "size"))
  );
}

function without(object: PlainObject, name: string): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(object).filter(([field]) => field !== name));
}
