import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { locateSyntaxError } from "./json-syntax.ts";

/** JSON with a piece removed, doubled or replaced: close enough to be wrong in every state. */
const damagedJson = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.nat(3),
    fc.constantFrom("", ",", ":", '"', "}", "]", "{", "[", "0", "-", "tru", "\\", "\n", "\u0001", " "),
  )
  .map(([text, at, length, piece]) => {
    const start = text.length === 0 ? 0 : at % text.length;
    return text.slice(0, start) + piece + text.slice(start + length);
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("locateSyntaxError", () => {
  test("finds an error exactly where the engine's parser does not read a text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), damagedJson, fc.string()), (text) => {
        expect(locateSyntaxError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test("everything before the error could have become JSON", () => {
    fc.assert(
      fc.property(damagedJson, (text) => {
        const offset = locateSyntaxError(text)?.position?.offset ?? text.length;
        // The same start, cut there, fails no earlier.
        const ofStart = locateSyntaxError(text.slice(0, offset))?.position?.offset ?? offset;
        expect(ofStart).toBe(offset);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['{"a" 1}', 'line 1, column 6: expected ":" after the name, received "1"'],
    [
      '{"a":1\n "b":2}',
      'line 2, column 2: expected "," or "}", received "b"; a comma is missing at the end of line 1',
    ],
    ["[1 2]", 'line 1, column 4: expected "," or "]", received "2"; a comma is missing at the end of line 1'],
    ["[1,]", 'line 1, column 4: expected a value, received "]"'],
    [
      '"a\nb"',
      'line 1, column 3: expected no control character in a text, but "\\n" or "\\u0000", received "\\n"',
    ],
    ['"\\x"', 'line 1, column 2: expected an escape such as "\\n" or "\\u00e4", received "\\\\"'],
    ["sw_C2FVsBQIhrscChlQ", 'line 1, column 1: expected a value, received "sw_C2FVsBQ…"'],
    [
      '{"a":1 "a1B2c3D4e5F6":2}',
      'line 1, column 8: expected "," or "}", received "a1B2c3D4e5…"; a comma is missing at the end of line 1',
    ],
    ["{undefined}", 'line 1, column 2: expected a name in double quotes or "}", received "undefined"'],
    ["01", 'line 1, column 2: expected nothing more after the value, received "1"'],
  ])("%s", (text, message) => {
    expect(locateSyntaxError(text)?.message).toBe(message);
  });

  test("takes a text of a million characters in one pass", () => {
    expect(locateSyntaxError(`["${"a".repeat(1_000_000)}"`)?.position?.offset).toBe(1_000_003);
  });
});
