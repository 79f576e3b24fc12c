/** What fields something may have, as far as anybody knows: of a type's schema, or of events that were seen. */
import type { BothLanguages } from "../conditions/words.ts";
import type { Path } from "../path/path.ts";

export type JsonType = "string" | "number" | "boolean" | "null" | "object" | "array";

export interface Shape {
  /** Empty: anything. */
  readonly types: ReadonlySet<JsonType>;
  readonly fields: ReadonlyMap<string, Shape>;
  /** Of a list: what each entry may be. */
  readonly items?: Shape | undefined;
  /** Fields that are not listed may be there, of any shape, as in a form's `fields`. */
  readonly open: boolean;
  readonly title?: BothLanguages | undefined;
}

export const ANYTHING: Shape = { types: new Set(), fields: new Map(), open: true };

/** Undefined: no such field. */
export function shapeAt(shape: Shape, path: Path): Shape | undefined {
  let current: Shape = shape;
  for (const step of path) {
    const below = fieldOf(current, step);
    if (below === undefined) return undefined;
    current = below;
  }
  return current;
}

function fieldOf(shape: Shape, step: string): Shape | undefined {
  const field = shape.fields.get(step);
  if (field !== undefined) return field;
  if (shape.items !== undefined && /^\d+$/.test(step)) return shape.items;
  return shape.open ? ANYTHING : undefined;
}

/** Every path there is, a list's entries under 0. */
export function pathsOf(shape: Shape, prefix: readonly string[] = []): readonly Path[] {
  const below: [string, Shape][] = [...shape.fields];
  if (shape.items !== undefined) below.push(["0", shape.items]);
  return below.flatMap(([name, field]) => {
    const steps = [...prefix, name];
    return [steps as unknown as Path, ...pathsOf(field, steps)];
  });
}
