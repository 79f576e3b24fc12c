/**
 * Titles and descriptions of events and their fields, in both languages.
 * English goes where JSON Schema has a place for it, German beside it under `x-de`.
 */
import type { z } from "zod";

export interface LocalisedText {
  readonly en: string;
  readonly de: string;
}

/** Title, then a sentence; a title that says everything needs no sentence. */
export type Words = readonly [title: string, description?: string];

/** The same schema with its words; the console, the docs and the JSON Schema show them. */
export function described<Schema extends z.ZodType>(
  schema: Schema,
  en: Words,
  de: Words,
  id?: string,
): Schema {
  return schema.meta({
    ...(id === undefined ? {} : { id }),
    ...inOneLanguage(en),
    "x-de": inOneLanguage(de),
  });
}

function inOneLanguage([title, description]: Words): { title: string; description?: string } {
  return description === undefined ? { title } : { title, description };
}
