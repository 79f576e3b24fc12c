/** What a filter is: a pure function of a value and its arguments. It never throws; what it cannot do, it says. */
import { MAX_TEXT_CHARACTERS, MAX_VALUE_DEPTH } from "../../limits.ts";
import { describeReceived } from "../../problem.ts";

export type Filtered =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly expected: string; readonly received: string; readonly fix?: string };

type Literal = string | number | boolean | null | undefined;

export interface Filter {
  readonly fewest: number;
  readonly most: number;
  /** How it is written and what its arguments are. */
  readonly usage: string;
  /** What is wrong with arguments that are known when the rule is saved; `undefined` stands for a path. */
  readonly checkArguments?: (args: readonly Literal[]) => string | undefined;
  readonly apply: (value: unknown, args: readonly unknown[]) => Filtered;
}

export function done(value: unknown): Filtered {
  return { ok: true, value };
}

export function refused(expected: string, value: unknown, fix?: string): Filtered {
  const received = describeReceived(value);
  return fix === undefined ? { ok: false, expected, received } : { ok: false, expected, received, fix };
}

/**
 * As an output writes it: texts as they are, numbers and true and false in words, a list's entries one behind
 * the other. Undefined for what has no text: objects, and lists that hold them or are too large.
 */
export function textOf(value: unknown, levels: number = MAX_VALUE_DEPTH): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    case "undefined":
      return "";
    default:
      if (value === null) return "";
      if (!Array.isArray(value) || levels === 0) return undefined;
      return joined(value, "", levels);
  }
}

export function joined(entries: readonly unknown[], separator: string, levels: number): string | undefined {
  const texts: string[] = [];
  let length = 0;
  for (const entry of entries) {
    const text = textOf(entry, levels - 1);
    length += (text ?? "").length + separator.length;
    if (text === undefined || length > 2 * MAX_TEXT_CHARACTERS) return undefined;
    texts.push(text);
  }
  return texts.join(separator);
}

/** A filter of one text, without arguments. */
export function textFilter(name: string, change: (text: string) => string): Filter {
  return {
    fewest: 0,
    most: 0,
    usage: `${name} takes no arguments`,
    apply: (value) => {
      const text = textOf(value);
      return text === undefined ? refused("a text", value) : done(change(text));
    },
  };
}
