/** What people read about a field of settings, secrets or an input. */
import type { z } from "zod";
import type { Text } from "./outcome.ts";

export interface FieldText {
  readonly title: Text;
  readonly help: Text;
}

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
export function field(text: FieldText): z.GlobalMeta & { readonly text: FieldText } {
  return { title: text.title.en, description: text.help.en, text };
}
