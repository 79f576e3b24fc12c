/** What people read about a field of settings, secrets, an input or a preset's parameters, and how a form shows it. */
import type { z } from "zod";
import type { Text } from "./outcome.ts";

export interface FieldText {
  readonly title: Text;
  readonly help: Text;
}

/** What may not reach the target as it is: an event's text is escaped for it before a template fills it in. */
export type Escape = "slack-mrkdwn" | "html" | "url" | "none";

export interface FieldMeta extends FieldText {
  /** How a mapping's texts are escaped; `none` unless said. */
  readonly escape?: Escape | undefined;
  /** Typed like a password. Secrets are so unless they say false. */
  readonly secret?: boolean | undefined;
  /** Several lines. */
  readonly multiline?: boolean | undefined;
  /** Stands in the empty field: the shape of a value, not a sentence. */
  readonly placeholder?: string | undefined;
  /** What the values of an enum are called. */
  readonly labels?: Readonly<Record<string, Text>> | undefined;
}

type FieldJson = Omit<FieldMeta, "title" | "help"> & { readonly text: FieldText };

/**
 * Goes into `.meta()`, last in the chain. JSON Schema gets the English texts as `title` and
 * `description`, which must be strings there; both languages stand in `text`.
 *
 * @example
 * z.string().meta(field({
 *   title: { en: "Address", de: "Adresse" },
 *   help: { en: "Where events are sent.", de: "Wohin Ereignisse gesendet werden." },
 * }))
 */
export function field({ title, help, ...form }: FieldMeta): z.GlobalMeta & FieldJson {
  return { title: title.en, description: help.en, text: { title, help }, ...form };
}
