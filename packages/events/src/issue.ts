/**
 * An issue: what is wrong with something we were sent, in the words of whoever has to mend it.
 * It is data, not an exception: bad input is the world's business as usual.
 */

/** Where in a text, counted as people do: the first line and column are 1. */
export interface TextPosition {
  /** In UTF-16 units from 0. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export interface EventIssue {
  /** Dotted, `website.domains.0`; empty for the whole. */
  readonly path: string;
  /** One sentence with the place, what was expected and what came. */
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  /** Only where the text itself is not what it should be. */
  readonly position?: TextPosition;
}

/** Enough to recognise a value by, not enough to copy a customer's data into a log. */
const SHOWN_CHARACTERS = 40;

export function issue(path: string, expected: string, received: string): EventIssue {
  const place = path === "" ? "" : `${path}: `;
  return { path, message: `${place}expected ${expected}, received ${received}`, expected, received };
}

/**
 * What a value is, in a few words.
 *
 * @example
 * describeValue("Done") // 'the text "Done"'
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  switch (typeof value) {
    case "string":
      return `the text ${quote(value)}`;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}

export function quote(text: string, most: number = SHOWN_CHARACTERS): string {
  const shown = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(shown.toWellFormed());
}
