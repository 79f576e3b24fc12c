/**
 * UTF-8 with its mistakes named. A decoder that replaces bad bytes would change what
 * the sender said, and nobody would know.
 */
import type { EventIssue } from "./issue.ts";

/** For text as such: a leading U+FEFF belongs to it. */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly issue: EventIssue };

export function decodeUtf8(bytes: Uint8Array): DecodedText {
  try {
    return { ok: true, text: strict.decode(bytes) };
  } catch {
    const offset = firstInvalidByte(bytes);
    const received = `the byte 0x${(bytes[offset] ?? 0).toString(16).padStart(2, "0")}`;
    const message = `byte ${offset + 1} of the body is not UTF-8: expected UTF-8, received ${received}`;
    return { ok: false, issue: { path: "", message, expected: "UTF-8", received } };
  }
}

/** Halving works because a streaming decoder forgives a sequence that is merely cut off. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (valid < invalid) {
    const middle = (valid + invalid) >> 1;
    if (isUtf8(bytes.subarray(0, middle + 1), { stream: true })) valid = middle + 1;
    else invalid = middle;
  }
  // The byte that broke a sequence is rarely the one to mend: that is where the sequence began.
  while (valid > 0 && !isUtf8(bytes.subarray(0, valid), { stream: false })) valid -= 1;
  return valid;
}

function isUtf8(bytes: Uint8Array, options: { readonly stream: boolean }): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}
