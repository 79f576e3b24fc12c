/** The shape of events that were seen: what an assumed type turned out to look like. */
import type { JsonType, Shape } from "./shape.ts";

/** Bounds on what is looked at: a body may hold a hundred thousand fields. */
const MAX_LEVELS = 10;
const MAX_FIELDS = 2_000;

/**
 * @example
 * shapeOfData([{ todo: { title: "Call" } }, { todo: { done: true } }]) // todo.title and todo.done
 */
export function shapeOfData(samples: readonly unknown[]): Shape {
  return merged(samples, MAX_LEVELS, { left: MAX_FIELDS });
}

function merged(values: readonly unknown[], levels: number, room: { left: number }): Shape {
  const types = new Set<JsonType>();
  const below = new Map<string, unknown[]>();
  const entries: unknown[] = [];
  for (const value of values) {
    const type = typeOf(value);
    if (type !== undefined) types.add(type);
    if (levels === 0 || typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      entries.push(...(value as unknown[]).slice(0, room.left));
      room.left -= Math.min(value.length, room.left);
      continue;
    }
    for (const [name, field] of Object.entries(value)) {
      if (room.left === 0) break;
      room.left -= 1;
      const known = below.get(name);
      if (known === undefined) below.set(name, [field]);
      else known.push(field);
    }
  }
  const fields = new Map([...below].map(([name, each]) => [name, merged(each, levels - 1, room)] as const));
  const items = entries.length === 0 ? undefined : merged(entries, levels - 1, room);
  // Where we stopped looking, anything may be.
  return { types, fields, items, open: levels === 0 || room.left === 0 };
}

function typeOf(value: unknown): JsonType | undefined {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" || type === "object" ? type : undefined;
}
