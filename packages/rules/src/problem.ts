/** What is wrong with a condition or a mapping: the API's own shape of a problem, one entry each, all at once. */

export interface Problem {
  /** Where in the JSON that was given: `when.$and.0`, `input.text`. */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  readonly fix?: string | undefined;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Beyond this many nobody reads on; the last one says how many there were. */
const MAX_PROBLEMS = 100;

/** Enough to recognise a value by. */
const SHOWN_CHARACTERS = 60;

/** Gathers problems below one place. What comes after the hundredth is counted, not kept. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  #leftOut = 0;

  add(problem: Problem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
    else this.#leftOut += 1;
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  toArray(): readonly Problem[] {
    if (this.#leftOut === 0) return this.#problems;
    const more: Problem = {
      path: this.#problems.at(-1)?.path ?? "",
      message: `and ${this.#leftOut} more problems`,
      expected: "none",
      received: `${MAX_PROBLEMS + this.#leftOut} problems`,
    };
    return [...this.#problems, more];
  }
}

/**
 * What a value is, in a few words.
 *
 * @example
 * describeReceived(["Done"]) // "a list of 1"
 */
export function describeReceived(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  switch (typeof value) {
    case "string":
      return quoteShort(value);
    case "number":
    case "boolean":
      return String(value);
    case "object":
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}

export function quoteShort(text: string, most: number = SHOWN_CHARACTERS): string {
  return JSON.stringify(shorten(text, most));
}

/** Never ends in half a character. */
export function shorten(text: string, most: number = SHOWN_CHARACTERS): string {
  return (text.length > most ? `${text.slice(0, most)}…` : text).toWellFormed();
}

/** A key in a place, readable and bounded: `when`, `$and`, 0 → `when.$and.0`. */
export function placeBelow(place: string, key: string | number): string {
  const step = typeof key === "number" ? String(key) : shorten(key);
  return place === "" ? step : `${place}.${step}`;
}
