/**
 * Text from outside made fit for a header, a database column and a screen.
 * Only what we take out of an event is cleaned; the event itself stays as it came.
 */

/** What CloudEvents forbids in an attribute; U+0000 is also what PostgreSQL refuses. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f]+/g;

/** The longest subject, title or domain that is kept beside an event. */
const MAX_TEXT_CHARACTERS = 256;

/**
 * Without control characters and half surrogate pairs, trimmed, at most `MAX_TEXT_CHARACTERS` long;
 * undefined when nothing is left.
 *
 * @example
 * cleanText(" Harry's\u0000 Diner ") // "Harry's Diner"
 */
export function cleanText(text: string): string | undefined {
  const cleaned = text.replace(CONTROL_CHARACTERS, " ").replaceAll(/ {2,}/g, " ").trim();
  // Cutting may halve a surrogate pair, so the repair comes last.
  return cleaned.slice(0, MAX_TEXT_CHARACTERS).trimEnd().toWellFormed() || undefined;
}

export function hasControlCharacters(text: string): boolean {
  return text.search(CONTROL_CHARACTERS) !== -1;
}
