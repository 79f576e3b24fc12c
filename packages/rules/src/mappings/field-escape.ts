/** Which escape a value needs, also deep inside a list or an object that is taken from the event as a whole. */
import { MAX_VALUE_DEPTH } from "../limits.ts";
import { escapeText } from "../templates/escape.ts";
import type { Escape } from "../templates/escape.ts";
import type { MappedFields } from "./mapped-fields.ts";

/** Entries from here on are escaped as this one: no schema names more of them one by one. */
const NAMED_ENTRIES = 20;
/** Fields of one mapping whose escape is remembered; their names come from events. */
const MAX_REMEMBERED = 1_000;

/** The field's own escape, or that of what it is in: a list of texts may be declared as a whole. */
export function escapeFor(fields: MappedFields, field: string): Escape {
  for (let name = field; ; name = name.slice(0, name.lastIndexOf("."))) {
    const escape = fields.escapeOf(name);
    if (escape !== undefined) return escape;
    if (!name.includes(".")) return (name === "" ? undefined : fields.escapeOf("")) ?? "none";
  }
}

/** Undefined for a value that is nested too deep. */
export function compileEscape(fields: MappedFields, field: string): (value: unknown) => unknown {
  const own = escapeFor(fields, field);
  const remembered = new Map<string, Escape | undefined>();
  const declared = (name: string): Escape | undefined => {
    if (remembered.has(name)) return remembered.get(name);
    const escape = fields.escapeOf(name);
    if (remembered.size < MAX_REMEMBERED) remembered.set(name, escape);
    return escape;
  };

  function escapeBelow(value: unknown, name: string, escape: Escape, levels: number): unknown {
    if (typeof value === "string")
      return escape === "none" ? value : escapeText(value, escape, { atStart: true });
    if (typeof value !== "object" || value === null) return value;
    if (levels === 0) return undefined;
    const below = (child: unknown, step: string) => {
      const childName = fieldBelow(name, step);
      return escapeBelow(child, childName, declared(childName) ?? escape, levels - 1);
    };
    if (Array.isArray(value)) {
      const entries = value.map((entry, index) => below(entry, String(Math.min(index, NAMED_ENTRIES))));
      return entries.includes(undefined) ? undefined : entries;
    }
    const children = Object.entries(value).map(([step, child]) => [step, below(child, step)] as const);
    return children.some(([, child]) => child === undefined) ? undefined : Object.fromEntries(children);
  }

  return (value) => escapeBelow(value, field, own, MAX_VALUE_DEPTH);
}

/** In full, however long: a field whose name was cut would lose its escape. */
export function fieldBelow(field: string, name: string): string {
  return field === "" ? name : `${field}.${name}`;
}
