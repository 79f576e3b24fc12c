/** Which fields hold a website's status, and when two ways of writing one mean the same. */
import { canonicalStatus, statuses } from "@stellwerk/events";
import type { Path } from "../path/path.ts";

/** The way to the status before the change, in the events that carry it. */
export const PREVIOUS_STATUS: Path = ["previousStatus"];

export function isCurrentStatusPath(path: Path): boolean {
  return path.length === 2 && path[0] === "website" && path[1] === "status";
}

export function isStatusPath(path: Path): boolean {
  return isCurrentStatusPath(path) || (path.length === 1 && path[0] === PREVIOUS_STATUS[0]);
}

/** As payloads carry them: the rest of the table is asked only for what is written otherwise. */
const asInPayloads = new Map<string, string>(statuses.map(({ name }) => [name, name]));

/**
 * The same for "Done", "done" and "Fertig". A status that nobody has told us of is itself, in any case.
 *
 * @example
 * statusKey("in Vorbereitung") // "Preparation"
 */
export function statusKey(text: string): string {
  return asInPayloads.get(text) ?? canonicalStatus(text) ?? `?${foldCase(text.trim())}`;
}

/**
 * What two texts have in common that differ in case alone. Upper case, because that is where "ß" meets "SS" and
 * both small sigmas meet.
 */
export function foldCase(text: string): string {
  if (text === lastLong) return lastFolded;
  const folded = text.toUpperCase().normalize("NFC");
  if (text.length > LONG_CHARACTERS) [lastLong, lastFolded] = [text, folded];
  return folded;
}

/** Many comparisons with one long text, as of a rule with a list of words, fold it once. */
const LONG_CHARACTERS = 1_000;
let lastLong: string | undefined;
let lastFolded = "";
