/** What is known of the events that a rule is for, and whether they have a field. */
import { eventTypeOf } from "@stellwerk/events";
import { CONTEXT_FIELDS, isContextRoot } from "../context.ts";
import type { ContextRoot } from "../context.ts";
import { nearest } from "../nearest.ts";
import { printPath } from "../path/path.ts";
import type { Path } from "../path/path.ts";
import { quoteShort } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { shapeOfData } from "./shape-of-data.ts";
import { shapeOfSchema } from "./shape-of-schema.ts";
import { ANYTHING, pathsOf, shapeAt } from "./shape.ts";
import type { Shape } from "./shape.ts";

export interface KnownShapes {
  /** Of the subscription; `*` and types that nobody has seen yet may have any field. */
  readonly eventTypes: readonly string[];
  /** Data of events that came, by type, as many as are at hand: what an assumed type really looks like. */
  readonly seen?: Readonly<Record<string, readonly unknown[]>> | undefined;
}

/** The event's type, and what it may look like. */
interface TypeShapes {
  readonly name: string;
  /** False: the schema is a guess, or there is none. */
  readonly documented: boolean;
  /** None: nobody knows. */
  readonly shapes: readonly Shape[];
}

export type FieldVerdict =
  /** `shape`: of the first type that has it. */
  | { readonly kind: "known"; readonly shape: Shape }
  | { readonly kind: "refused" | "doubtful"; readonly problem: Problem };

export class FieldChecker {
  readonly #types: readonly TypeShapes[];
  #paths: readonly string[] | undefined;

  constructor({ eventTypes, seen = {} }: KnownShapes) {
    this.#types = eventTypes.map((name) => {
      const type = eventTypeOf(name);
      const samples = Object.hasOwn(seen, name) ? (seen[name] ?? []) : [];
      const shapes = type === undefined ? [] : [shapeOfSchema(type.jsonSchema)];
      if (type?.documented !== true && samples.length > 0) shapes.push(shapeOfData(samples));
      return { name, documented: type?.documented === true, shapes };
    });
  }

  /**
   * Refused: a documented type lacks it, and no other type of the subscription may have it. Doubtful: some type
   * lacks it, as far as anybody knows.
   */
  check(path: Path, place: string): FieldVerdict {
    const [root, ...below] = path;
    if (isContextRoot(root)) return this.#checkContext(root, below, path, place);
    const found = this.#types.map((type) => ({ type, shape: fieldIn(type, path) }));
    const having = found.find(({ shape }) => shape !== undefined);
    const lacking = found.filter(({ shape }) => shape === undefined).map(({ type }) => type);
    const documented = lacking.filter((type) => type.documented);
    if (documented.length > 0 && having === undefined) {
      return { kind: "refused", problem: this.#problem(path, place, documented) };
    }
    if (lacking.length > 0) return { kind: "doubtful", problem: this.#problem(path, place, lacking) };
    return { kind: "known", shape: having?.shape ?? ANYTHING };
  }

  #checkContext(root: ContextRoot, below: readonly string[], path: Path, place: string): FieldVerdict {
    const fields: readonly string[] = CONTEXT_FIELDS[root];
    const [field] = below;
    if (below.length === 1 && field !== undefined && fields.includes(field)) {
      return { kind: "known", shape: { ...ANYTHING, types: new Set(["string"]), open: false } };
    }
    const names = fields.map((each) => `${root}.${each}`);
    const meant = nearest(printPath(path), names) ?? (root === "event" ? "event.type" : undefined);
    const problem: Problem = {
      path: place,
      message: `${root} has no such field`,
      expected: `one of ${names.join(", ")}`,
      received: quoteShort(printPath(path)),
      fix: meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
    };
    return { kind: "refused", problem };
  }

  #problem(path: Path, place: string, lacking: readonly TypeShapes[]): Problem {
    const names = lacking.map(({ name }) => name).join(", ");
    const documented = lacking.every((type) => type.documented);
    const meant = this.#nearest(path);
    return {
      path: place,
      message: documented ? `is no field of ${names}` : `is no field of ${names}, as far as is known`,
      expected: `a field of ${names}`,
      received: quoteShort(printPath(path)),
      fix: meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
    };
  }

  /** A misspelled path first, then one that ends in the same name: `status` is `website.status`. */
  #nearest(path: Path): string | undefined {
    const written = printPath(path);
    this.#paths ??= [...new Set(this.#types.flatMap(pathTextsOf))].toSorted((a, b) => a.length - b.length);
    const ending = `.${path.at(-1) ?? ""}`;
    return (
      nearest(written, this.#paths, 2) ??
      this.#paths.find((each) => each.endsWith(ending)) ??
      nearest(written, this.#paths)
    );
  }
}

function fieldIn({ shapes }: TypeShapes, path: Path): Shape | undefined {
  if (shapes.length === 0) return ANYTHING;
  for (const shape of shapes) {
    const field = shapeAt(shape, path);
    if (field !== undefined) return field;
  }
  return undefined;
}

function pathTextsOf({ shapes }: TypeShapes): readonly string[] {
  return shapes.flatMap((shape) => pathsOf(shape).map(printPath));
}
