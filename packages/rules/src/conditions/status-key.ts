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

/** Spellings that were met, those of payloads first: looking one up in the table of aliases takes a microsecond. */
const met = new Map<string, string>(statuses.map(({ name }) => [name, name]));

/** An account has a dozen statuses; whoever sends thousands is looked up each time. */
const MAX_MET = 1_000;
const MAX_MET_CHARACTERS = 100;

/**
 * The same for "Done", "done" and "Fertig". A status that nobody has told us of is itself, in any case.
 *
 * @example
 * statusKey("in Vorbereitung") // "Preparation"
 */
export function statusKey(text: string): string {
  const known = met.get(text);
  if (known !== undefined) return known;
  const key = canonicalStatus(text) ?? `?${foldCase(text.trim())}`;
  if (text.length <= MAX_MET_CHARACTERS && met.size < MAX_MET) met.set(text, key);
  return key;
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
