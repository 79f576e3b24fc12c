/** An action's input as a rule writes it: plain JSON, in which some values are taken from the event. */
import type { Path } from "../path/path.ts";
import type { Template } from "../templates/template.ts";

export type MappedValue =
  /** Nothing in it comes from the event. */
  | { readonly kind: "plain"; readonly value: unknown }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, MappedValue])[] }
  | { readonly kind: "list"; readonly entries: readonly MappedValue[] }
  | MappedPath
  | MappedText
  | MappedLookup;

/** `{ "$path": "website.id" }`: the value itself, a number stays a number. */
export interface MappedPath {
  readonly kind: "path";
  readonly path: Path;
  readonly fallback: Fallback | undefined;
}

/** `{ "$text": "{{ website.title }} is live" }` */
export interface MappedText {
  readonly kind: "text";
  readonly template: Template;
}

/** `{ "$map": "website.status", "values": { "Done": "C024BE91L" } }` */
export interface MappedLookup {
  readonly kind: "map";
  readonly path: Path;
  readonly values: readonly (readonly [string, unknown])[];
  readonly fallback: Fallback | undefined;
}

/** Wrapped, because null is one. */
export interface Fallback {
  readonly value: unknown;
}

export const MAPPING_KEYS = ["$path", "$text", "$map"] as const;
