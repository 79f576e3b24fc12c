/**
 * Where a text stops being JSON, and what should have stood there.
 *
 * JSON.parse words its errors differently in every engine, and a sender can only mend what is named.
 * Runs on refused bodies only. It keeps its own stack, so depth does not overflow the engine's.
 */
import { quote } from "./issue.ts";
import type { EventIssue, TextPosition } from "./issue.ts";

/** What may come next. */
type Expecting = "value" | "value or ]" | "name" | "name or }" | ":" | ", or }" | ", or ]" | "end";

const WORDS: Record<Expecting, string> = {
  value: "a value",
  "value or ]": 'a value or "]"',
  name: "a name in double quotes",
  "name or }": 'a name in double quotes or "}"',
  ":": '":" after the name',
  ", or }": '"," or "}"',
  ", or ]": '"," or "]"',
  end: "nothing more after the value",
};

const WHITESPACE = /[\t\n\r ]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

interface Found {
  readonly offset: number;
  readonly expected: string;
}

/** The first syntax error of a text, or undefined when it is JSON. */
export function locateSyntaxError(text: string): EventIssue | undefined {
  const found = findError(text);
  if (found === undefined) return undefined;
  const position = positionAt(text, found.offset);
  const received = wordsFor(text, found.offset);
  const place = `line ${position.line}, column ${position.column}`;
  const message = `${place}: expected ${found.expected}, received ${received}${hintFor(found, text)}`;
  return { path: "", message, expected: found.expected, received, position };
}

function findError(text: string): Found | undefined {
  const open: ("{" | "[")[] = [];
  let expecting: Expecting = "value";
  let offset = 0;
  const afterValue = (): Expecting => {
    const container = open.at(-1);
    if (container === undefined) return "end";
    return container === "{" ? ", or }" : ", or ]";
  };

  for (;;) {
    offset = endOf(WHITESPACE, text, offset) ?? offset;
    const next = text[offset];
    if (expecting === "end") return next === undefined ? undefined : { offset, expected: WORDS.end };

    if (closes(next, expecting)) {
      open.pop();
      expecting = afterValue();
      offset += 1;
    } else if (next === "," && (expecting === ", or }" || expecting === ", or ]")) {
      expecting = expecting === ", or }" ? "name" : "value";
      offset += 1;
    } else if (next === ":" && expecting === ":") {
      expecting = "value";
      offset += 1;
    } else if (next === '"' && expecting !== ":" && expecting !== ", or }" && expecting !== ", or ]") {
      const string = readString(text, offset);
      if ("expected" in string) return string;
      expecting = isName(expecting) ? ":" : afterValue();
      offset = string.end;
    } else if (expecting === "value" || expecting === "value or ]") {
      if (next === "{" || next === "[") {
        open.push(next);
        expecting = next === "{" ? "name or }" : "value or ]";
        offset += 1;
      } else {
        const end = endOf(NUMBER, text, offset) ?? endOf(WORD, text, offset);
        if (end === undefined) return { offset, expected: WORDS[expecting] };
        expecting = afterValue();
        offset = end;
      }
    } else {
      return { offset, expected: WORDS[expecting] };
    }
  }
}

function closes(next: string | undefined, expecting: Expecting): boolean {
  if (next === "}") return expecting === ", or }" || expecting === "name or }";
  return next === "]" && (expecting === ", or ]" || expecting === "value or ]");
}

function isName(expecting: Expecting): boolean {
  return expecting === "name" || expecting === "name or }";
}

function readString(text: string, start: number): Found | { readonly end: number } {
  for (let offset = start + 1; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) return { end: offset + 1 };
    if (code < 0x20) return { offset, expected: 'no control character in a text, but "\\n" or "\\u0000"' };
    if (code === 0x5c) {
      const end = endOf(ESCAPE, text, offset);
      if (end === undefined) return { offset, expected: 'an escape such as "\\n" or "\\u00e4"' };
      offset = end - 1;
    }
  }
  return { offset: text.length, expected: "a double quote at the end of the text" };
}

function endOf(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { offset, line: before.split("\n").length, column: offset - lineStart + 1 };
}

/** The name of a field, `undefined`. Anything else may be a key that was sent as it is, and is cut short. */
const NAME = /^[a-z_]{1,24}$/i;
const LONGEST_OTHER = 10;

function quoteWord(word: string): string {
  return NAME.test(word) ? quote(word) : quote(word, LONGEST_OTHER);
}

function wordsFor(text: string, offset: number): string {
  const next = text.codePointAt(offset);
  if (next === undefined) return text.trim() === "" ? "an empty body" : "the end of the text";
  if (next === 0x22) {
    const end = text.indexOf('"', offset + 1);
    return quoteWord(end === -1 ? '"' : text.slice(offset + 1, end));
  }
  return quoteWord(/^[\w.+-]+/.exec(text.slice(offset, offset + 80))?.[0] ?? String.fromCodePoint(next));
}

/** The platform's own help page prints a sample with this mistake, and people copy it. */
function hintFor(found: Found, text: string): string {
  const forgotComma = found.expected.startsWith('","') && /["{[\d\-tfn]/.test(text[found.offset] ?? "");
  if (!forgotComma) return "";
  const before = text.slice(0, found.offset).trimEnd();
  return `; a comma is missing at the end of line ${before.split("\n").length}`;
}
