/** The filters there are. Which of them answer as Liquid's do is held by templates/liquid-corpus.test.ts. */
import { MAX_VALUE_DEPTH } from "../../limits.ts";
import { parsePath } from "../../path/path.ts";
import { readField } from "../../path/read-path.ts";
import { dateFilter } from "./date.ts";
import { done, joined, refused, textFilter, textOf } from "./filter.ts";
import type { Filter } from "./filter.ts";
import { currencyFilter, numberFilter } from "./numbers.ts";
import { slugOf } from "./slug.ts";

export const FILTER_NAMES = [
  "default",
  "upcase",
  "downcase",
  "trim",
  "truncate",
  "date",
  "number",
  "currency",
  "json",
  "slug",
  "map",
  "join",
] as const;

export type FilterName = (typeof FILTER_NAMES)[number];

export function isFilterName(name: string): name is FilterName {
  return (FILTER_NAMES as readonly string[]).includes(name);
}

const TRUNCATED_CHARACTERS = 50;

export const FILTERS: Readonly<Record<FilterName, Filter>> = {
  default: {
    fewest: 1,
    most: 1,
    usage: 'default: a value, as in default: "your site"',
    apply: (value, [fallback]) => done(isBlank(value) ? fallback : value),
  },
  upcase: textFilter("upcase", (text) => text.toUpperCase()),
  downcase: textFilter("downcase", (text) => text.toLowerCase()),
  trim: textFilter("trim", (text) => text.trim()),
  truncate: {
    fewest: 0,
    most: 2,
    usage: 'truncate: a number of characters, then what stands for the rest, as in truncate: 30, "…"',
    checkArguments: ([length, ending]) => {
      if (length !== undefined && !isLength(length)) return `${String(length)} characters`;
      return ending === undefined || typeof ending === "string" ? undefined : String(ending);
    },
    apply: (value, [length = TRUNCATED_CHARACTERS, ending = "..."]) => {
      const text = textOf(value);
      if (text === undefined) return refused("a text", value);
      if (!isLength(length)) return refused("a number of characters", length);
      if (typeof ending !== "string") return refused("a text for the rest", ending);
      return done(truncated(text, length, ending));
    },
  },
  date: dateFilter,
  number: numberFilter,
  currency: currencyFilter,
  json: {
    fewest: 0,
    most: 0,
    usage: "json takes no arguments",
    apply: (value) => {
      const text = jsonOf(value);
      return text === undefined ? refused("a value that JSON has", value) : done(text);
    },
  },
  slug: textFilter("slug", slugOf),
  map: {
    fewest: 1,
    most: 1,
    usage: 'map: the name of a field, as in map: "name"',
    checkArguments: ([name]) =>
      name === undefined || (typeof name === "string" && parsePath(name).ok) ? undefined : String(name),
    apply: (value, [name]) => {
      const path = typeof name === "string" ? parsePath(name) : undefined;
      if (path?.ok !== true) return refused("the name of a field", name);
      const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
      return done(entries.map((entry) => path.path.reduce(readField, entry)));
    },
  },
  join: {
    fewest: 0,
    most: 1,
    usage: 'join: what stands between the entries, as in join: ", "',
    checkArguments: ([between]) =>
      between === undefined || typeof between === "string" ? undefined : String(between),
    apply: (value, [between = " "]) => {
      if (typeof between !== "string") return refused("a text between the entries", between);
      const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
      const text = entries.some(Array.isArray) ? undefined : joined(entries, between, MAX_VALUE_DEPTH);
      return text === undefined ? refused("a list of texts", value) : done(text);
    },
  },
};

/** What Liquid puts a default in for. 0 is a value. */
function isBlank(value: unknown): boolean {
  if (typeof value === "string" || Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === false;
}

function isLength(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** In characters as people count them, nearly: an emoji of one code point is one, and never halved. */
function truncated(text: string, length: number, ending: string): string {
  if (text.length <= length || afterCodePoints(text, length) >= text.length) return text;
  const kept = Math.max(length - Array.from(ending).length, 0);
  return text.slice(0, afterCodePoints(text, kept)) + ending;
}

function afterCodePoints(text: string, count: number): number {
  let index = 0;
  for (let passed = 0; passed < count && index < text.length; passed += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

/** Undefined for what JSON cannot hold, which an event's data never is: a cycle, a bigint, 10,000 levels. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
