/** A template as it is understood: literal text and outputs, each a value with filters behind it. */
import type { Path } from "../path/path.ts";
import type { FilterName } from "./filters/filters.ts";

export interface Template {
  /** Literal texts, never empty and never two in a row, and outputs. */
  readonly parts: readonly (string | Output)[];
}

export interface Output {
  readonly value: Expression;
  readonly filters: readonly FilterCall[];
}

export interface FilterCall {
  readonly name: FilterName;
  readonly args: readonly Expression[];
}

export type Expression =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "literal"; readonly value: string | number | boolean | null };

/** Every field that a template reads, those in filters' arguments included. */
export function pathsOfTemplate(template: Template): readonly Path[] {
  return template.parts.flatMap((part) => {
    if (typeof part === "string") return [];
    const expressions = [part.value, ...part.filters.flatMap(({ args }) => args)];
    return expressions.flatMap((each) => (each.kind === "path" ? [each.path] : []));
  });
}
