/** A text in quotes as paths and templates write it: single or double, with the escapes of JSON. */

export type ScannedText =
  | { readonly ok: true; readonly text: string; readonly end: number }
  | { readonly ok: false; readonly at: number; readonly message: string };

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

export function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}

/** `start` is the place of the opening quote; `end` the place behind the closing one. */
export function scanQuotedText(source: string, start: number): ScannedText {
  const quote = source[start];
  let text = "";
  let from = start + 1;
  for (let index = from; index < source.length; index += 1) {
    const character = source[index];
    if (character === quote) return { ok: true, text: text + source.slice(from, index), end: index + 1 };
    if (character !== "\\") continue;
    text += source.slice(from, index);
    const escape = source[index + 1];
    const code = escape === "u" ? /^[0-9a-fA-F]{4}/.exec(source.slice(index + 2, index + 6))?.[0] : undefined;
    if (escape === undefined) break;
    text += code === undefined ? (ESCAPES[escape] ?? escape) : String.fromCharCode(Number.parseInt(code, 16));
    index += code === undefined ? 1 : 5;
    from = index + 1;
  }
  return { ok: false, at: start, message: "a quoted text without its closing quote" };
}

/**
 * A brace is written as an escape, so that no reader of templates takes `}}` for the end of an output.
 */
export function printQuotedText(text: string): string {
  return JSON.stringify(text).replaceAll(/[{}%]/g, (brace) => `\\u00${brace.charCodeAt(0).toString(16)}`);
}
