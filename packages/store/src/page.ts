/** A page of a list, newest first. Ids carry their time, so a period is a range of ids. */

export interface Page {
  /** Only rows with a smaller id; undefined: from the newest. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Above every id and below every id, so that a statement always has a range and its index. */
export const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** The smallest id that a row made at `time` can have. */
export function firstIdAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, "0").slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** The range of ids that all of these leave: `[from, before)`. Both ends of a period count. */
export function idRange(
  page: Page,
  since?: Date,
  until?: Date,
  ids?: { readonly first: string; readonly last: string },
): { before: string; from: string } {
  const ends = [page.before ?? LAST_ID];
  if (until !== undefined) ends.push(firstIdAt(new Date(until.getTime() + 1)));
  if (ids !== undefined) ends.push(nextId(ids.last));
  const starts = [FIRST_ID];
  if (since !== undefined) starts.push(firstIdAt(since));
  if (ids !== undefined) starts.push(ids.first);
  // Lower case and of equal length, so text order is id order.
  return { before: ends.toSorted().at(0) ?? LAST_ID, from: starts.toSorted().at(-1) ?? FIRST_ID };
}

function nextId(id: string): string {
  if (id === LAST_ID) return LAST_ID;
  const hex = (BigInt(`0x${id.replaceAll("-", "")}`) + 1n).toString(16).padStart(32, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
