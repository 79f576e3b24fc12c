/**
 * JSON from outside: strict UTF-8, bounded depth, and an error that says where.
 * The one place that parses a body; everything else works on its result.
 */
import type { EventIssue } from "./issue.ts";
import { locateSyntaxError } from "./json-syntax.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * The platform's events nest four deep. Deeper bodies are refused because code further on
 * (JSON.stringify, a rule, a screen) recurses and would overflow the stack far from the cause.
 */
export const MAX_JSON_DEPTH = 100;

export type ReadJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issue: EventIssue };

/**
 * @example
 * readJson('{"event":"website_created"}') // { ok: true, value: { event: "website_created" } }
 */
export function readJson(body: Uint8Array | string): ReadJson {
  const decoded = typeof body === "string" ? ({ ok: true, text: body } as const) : decodeUtf8(body);
  if (!decoded.ok) return decoded;
  // RFC 8259: a parser may ignore a byte order mark; some senders on Windows write one.
  const text = decoded.text.startsWith("\uFEFF") ? decoded.text.slice(1) : decoded.text;

  const tooDeepAt = offsetBeyondDepth(text);
  if (tooDeepAt !== undefined) return { ok: false, issue: tooDeepIssue(text, tooDeepAt) };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, issue: locateSyntaxError(text) ?? unreadable };
  }
}

/** For an engine whose JSON.parse gives up on what is valid JSON (memory). */
const unreadable: EventIssue = {
  path: "",
  message: "the body could not be read as JSON: expected JSON, received text that the parser gave up on",
  expected: "JSON",
  received: "text that the parser gave up on",
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One pass before the parser, so that depth costs nothing where it is refused. */
function offsetBeyondDepth(text: string): number | undefined {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index);
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return index;
    } else if (code === 0x5d || code === 0x7d) {
      depth -= 1;
    }
  }
  return undefined;
}

/** The index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

function tooDeepIssue(text: string, offset: number): EventIssue {
  const lines = text.slice(0, offset).split("\n");
  const position = { offset, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  const expected = `at most ${MAX_JSON_DEPTH} levels of nesting`;
  const received = `level ${MAX_JSON_DEPTH + 1}`;
  const message = `line ${position.line}, column ${position.column}: expected ${expected}, received ${received}`;
  return { path: "", message, expected, received, position };
}
