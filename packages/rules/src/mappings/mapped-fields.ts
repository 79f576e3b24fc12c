/** What an action declares of its input's fields, named as in the input: `text`, `blocks.0.text`. */
import type { Escape } from "../templates/escape.ts";

export interface MappedFields {
  /** Undefined: as what it is in, or "none". */
  readonly escapeOf: (field: string) => Escape | undefined;
  /** The field may be left out. */
  readonly isOptional: (field: string) => boolean;
  /** Null is a value of the field; else a null in the event counts as missing. */
  readonly acceptsNull?: ((field: string) => boolean) | undefined;
}
