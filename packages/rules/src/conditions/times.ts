/** Moments and durations as rules and events write them. Strict: what is not clearly a time is none. */

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:[Zz]|([+-])(\d{2}):(\d{2}))?)?$/;

const MINUTE_MS = 60_000;

/**
 * Milliseconds since 1970; undefined for what is no date or time. A date alone is its first moment, and what has
 * no zone is in UTC.
 *
 * @example
 * parseTime("2026-11-30T18:00:00+01:00")
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== "string" || value.length > 40) return undefined;
  const parts = TIME.exec(value);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const fraction = /\.\d{1,3}/.exec(value)?.[0];
  const utc =
    Date.UTC(year, month - 1, day, hour, minute, second) + Math.trunc(Number(fraction ?? 0) * 1_000);
  const offset = offsetMs(parts[7], Number(parts[8] ?? 0), Number(parts[9] ?? 0));
  // Date.UTC takes the 31st of February for the 3rd of March; 60 is a leap second and means the next one.
  const isReal = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month >= 1 && month <= 12;
  if (!isReal || year < 100 || hour > 23 || minute > 59 || second > 60 || offset === undefined)
    return undefined;
  return utc - offset;
}

/** The zone that a time brings, in minutes east of UTC; 0 without one. */
export function offsetMinutesOf(value: string): number {
  const parts = TIME.exec(value);
  if (parts === null) return 0;
  return (offsetMs(parts[7], Number(parts[8] ?? 0), Number(parts[9] ?? 0)) ?? 0) / MINUTE_MS;
}

function offsetMs(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

const UNITS = {
  s: { ms: 1_000, en: ["second", "seconds"], de: ["Sekunde", "Sekunden"] },
  m: { ms: MINUTE_MS, en: ["minute", "minutes"], de: ["Minute", "Minuten"] },
  h: { ms: 60 * MINUTE_MS, en: ["hour", "hours"], de: ["Stunde", "Stunden"] },
  d: { ms: 24 * 60 * MINUTE_MS, en: ["day", "days"], de: ["Tag", "Tagen"] },
  w: { ms: 7 * 24 * 60 * MINUTE_MS, en: ["week", "weeks"], de: ["Woche", "Wochen"] },
} as const;

export interface Duration {
  readonly ms: number;
  readonly en: string;
  /** In the dative, as in "in den 7 Tagen". */
  readonly de: string;
}

/**
 * @example
 * parseDuration("7d") // { ms: 604800000, en: "7 days", de: "7 Tagen" }
 */
export function parseDuration(text: string): Duration | undefined {
  const parts = /^([1-9]\d{0,5})([smhdw])$/.exec(text);
  if (parts === null) return undefined;
  const count = Number(parts[1]);
  const unit = UNITS[parts[2] as keyof typeof UNITS];
  const form = count === 1 ? 0 : 1;
  return { ms: count * unit.ms, en: `${count} ${unit.en[form]}`, de: `${count} ${unit.de[form]}` };
}
