/**
 * Rows as one JSON parameter: one prepared statement for any number of them.
 * PostgreSQL refuses two things that JavaScript strings may hold, NUL and half a surrogate
 * pair; both become U+FFFD, because a strange title must not stop a batch.
 */

const REFUSED = /\\u(0000|d[89a-f])/i;
const REPLACEMENT = "\uFFFD";

export function jsonParameter(value: unknown): string {
  const json = JSON.stringify(value);
  // A backslash in a string is written twice, so the pattern may match text that is fine: then nothing changes.
  return REFUSED.test(json) ? JSON.stringify(value, clean) : json;
}

function clean(_key: string, value: unknown): unknown {
  return typeof value === "string" ? cleanText(value) : value;
}

/** For a text that is a parameter of its own. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\0", REPLACEMENT);
}
