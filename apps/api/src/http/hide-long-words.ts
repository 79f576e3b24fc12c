/** What a request had in it, as far as a problem or a log line may repeat it. */

/** An id of ours in quotes; what is longer may be a credential that was put into the wrong field. */
const LONGEST_WORD = 32;
const LONG_WORD = new RegExp(`\\S{${LONGEST_WORD + 1}}`);

/** @example hideLongWords('"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"') // "40 characters" */
export function hideLongWords(text: string): string {
  // The whole of it: a password may have spaces.
  return LONG_WORD.test(text) ? `${text.length} characters` : text;
}

/** An id of ours (`dlv_…`) or a connector's (`webhook`). */
const ID = /^(?:[a-z]{3}_[0-9a-z]{26}|[a-z-]{1,24})$/;

/** For a log: what stands where an id belongs may be a token that somebody pasted. */
export function shownId(id: unknown): string | undefined {
  if (typeof id !== "string") return undefined;
  return ID.test(id) ? id : "no id";
}
