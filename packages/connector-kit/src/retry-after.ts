/** How long a target asks us to wait. */

/** RFC 9110 dates begin with a day's name; anything else `Date.parse` would accept is not one. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * Milliseconds from `Retry-After`, given as seconds or as a date; undefined when absent or unreadable.
 * A date in the past is 0.
 *
 * @example
 * retryAfterMs({ "retry-after": "120" }, new Date()) // 120000
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  const value = headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,10}(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1_000);
  if (!HTTP_DATE.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now.getTime());
}
