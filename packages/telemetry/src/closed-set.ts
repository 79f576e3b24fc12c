/** Label values come from lists we know: a code that somebody else made up must not become a time series of its own. */

export const OTHER = "other";

/**
 * @example
 * const reason = closedSet(["timeout", "dns"]);
 * reason("timeout") // "timeout"
 * reason("made_up") // "other"
 */
export function closedSet(values: Iterable<string>): (value: string) => string {
  const known = new Set(values);
  return (value) => (known.has(value) ? value : OTHER);
}
