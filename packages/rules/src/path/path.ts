/**
 * A path: the way to a field. `website.title`, `website.domains.0`, and `fields["E-mail address"]` for a name
 * that is more than letters, digits, `_` and `-`. The same in conditions, mappings and templates.
 */
import { MAX_PATH_CHARACTERS, MAX_PATH_STEPS } from "../limits.ts";
import { isQuote, printQuotedText, scanQuotedText } from "./quoted-text.ts";

/** One name a step; an index is a name of digits. Never empty. */
export type Path = readonly [string, ...string[]];

/** A path that a rule reads, and where in its JSON: `when.website.status.$in`, `input.text`. */
export interface PlacedPath {
  readonly path: Path;
  readonly place: string;
}

export type ScannedPath =
  | { readonly ok: true; readonly path: Path; readonly end: number }
  | { readonly ok: false; readonly at: number; readonly message: string };

export type ParsedPath =
  | { readonly ok: true; readonly path: Path }
  | { readonly ok: false; readonly message: string; readonly fix?: string };

/** Letters of every language, so that a form's `fields.Straße` needs no quotes. */
const NAME = /[\p{L}\p{N}\p{M}_-]+/uy;
const WHOLE_NAME = /^[\p{L}\p{N}\p{M}_-]+$/u;
/** What a template reads as a value and not as a name. */
const LITERAL = /^(?:-?\d[\d-]*|true|false|nil|null|empty|blank|-.*)$/u;

/**
 * @example
 * parsePath('fields["E-mail"]') // { ok: true, path: ["fields", "E-mail"] }
 */
export function parsePath(text: string): ParsedPath {
  if (text.length > MAX_PATH_CHARACTERS) {
    return { ok: false, message: `is longer than ${MAX_PATH_CHARACTERS} characters` };
  }
  const scanned = scanPath(text, 0);
  if (!scanned.ok) return { ok: false, message: scanned.message, ...fixFor(text) };
  if (scanned.end === text.length) return { ok: true, path: scanned.path };
  return {
    ok: false,
    message: `has ${JSON.stringify(text.slice(scanned.end, scanned.end + 1).toWellFormed())} at character ${scanned.end + 1}, where a path goes on with "." or ends`,
    ...fixFor(text),
  };
}

/** Reads one path from `start` as far as it goes. */
export function scanPath(source: string, start: number): ScannedPath {
  const steps: string[] = [];
  let at = start;
  for (;;) {
    const step = scanStep(source, at, steps.length === 0);
    if (step === undefined) break;
    if (!step.ok) return step;
    steps.push(step.text);
    at = step.end;
    if (steps.length > MAX_PATH_STEPS) {
      return { ok: false, at: start, message: `a path of more than ${MAX_PATH_STEPS} steps` };
    }
  }
  const [first, ...rest] = steps;
  if (first === undefined) return { ok: false, at, message: "no name of a field" };
  return { ok: true, path: [first, ...rest], end: at };
}

type ScannedStep = { ok: true; text: string; end: number } | { ok: false; at: number; message: string };

function scanStep(source: string, at: number, first: boolean): ScannedStep | undefined {
  if (source[at] === "[") return scanBracket(source, at);
  if (!first && source[at] !== ".") return undefined;
  NAME.lastIndex = first ? at : at + 1;
  const name = NAME.exec(source)?.[0];
  if (name !== undefined) return { ok: true, text: name, end: (first ? at : at + 1) + name.length };
  return first ? undefined : { ok: false, at, message: 'no name behind a "."' };
}

function scanBracket(source: string, at: number): ScannedStep {
  const problem = { ok: false as const, at, message: 'no `"name"]` or `0]` behind a "["' };
  if (isQuote(source[at + 1])) {
    const name = scanQuotedText(source, at + 1);
    if (!name.ok) return name;
    return source[name.end] === "]" ? { ok: true, text: name.text, end: name.end + 1 } : problem;
  }
  const index = /^\d{1,9}(?=\])/.exec(source.slice(at + 1, at + 12))?.[0];
  return index === undefined ? problem : { ok: true, text: index, end: at + index.length + 2 };
}

/**
 * `parsePath(printPath(path))` is `path`, for every path.
 *
 * @example
 * printPath(["fields", "E-mail address"]) // 'fields["E-mail address"]'
 */
export function printPath([first, ...rest]: Path): string {
  let text = isPlain(first) && !LITERAL.test(first) ? first : `[${printQuotedText(first)}]`;
  for (const step of rest) text += isPlain(step) ? `.${step}` : `[${printQuotedText(step)}]`;
  return text;
}

function isPlain(step: string): boolean {
  return WHOLE_NAME.test(step);
}

/** `fields.Your name` is what people write first. */
function fixFor(text: string): { fix?: string } {
  const steps = text.split(".");
  const [first, ...rest] = steps;
  if (first === undefined || text.length > 200 || /["'[\]{}]/.test(text) || steps.includes("")) return {};
  return { fix: `Write \`${printPath([first, ...rest])}\`.` };
}
