/**
 * `date: "%d.%m.%Y"`, with Liquid's letters. A time keeps the zone that it brings, because that is where it
 * happened; a second argument shows it in another one.
 */
import { offsetMinutesOf, parseTime } from "../../conditions/times.ts";
import { done, refused } from "./filter.ts";
import type { Filter } from "./filter.ts";
import { remembered } from "./remembered.ts";

const MAX_FORMAT_CHARACTERS = 200;
const MINUTE_MS = 60_000;

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

interface Moment {
  /** Its UTC fields are those of the clock on the wall. */
  readonly wall: Date;
  readonly time: number;
  readonly offsetMinutes: number;
}

type Conversion = readonly [width: number, padding: string, write: (moment: Moment) => string | number];

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  Y: [4, "0", ({ wall }) => wall.getUTCFullYear()],
  y: [2, "0", ({ wall }) => wall.getUTCFullYear() % 100],
  m: [2, "0", ({ wall }) => wall.getUTCMonth() + 1],
  d: [2, "0", ({ wall }) => wall.getUTCDate()],
  e: [2, " ", ({ wall }) => wall.getUTCDate()],
  j: [3, "0", dayOfYear],
  B: [0, " ", monthOf],
  b: [0, " ", (moment) => monthOf(moment).slice(0, 3)],
  A: [0, " ", dayOf],
  a: [0, " ", (moment) => dayOf(moment).slice(0, 3)],
  u: [0, "0", ({ wall }) => wall.getUTCDay() || 7],
  w: [0, "0", ({ wall }) => wall.getUTCDay()],
  H: [2, "0", ({ wall }) => wall.getUTCHours()],
  k: [2, " ", ({ wall }) => wall.getUTCHours()],
  I: [2, "0", ({ wall }) => wall.getUTCHours() % 12 || 12],
  l: [2, " ", ({ wall }) => wall.getUTCHours() % 12 || 12],
  M: [2, "0", ({ wall }) => wall.getUTCMinutes()],
  S: [2, "0", ({ wall }) => wall.getUTCSeconds()],
  L: [3, "0", ({ wall }) => wall.getUTCMilliseconds()],
  p: [0, " ", ({ wall }) => (wall.getUTCHours() < 12 ? "AM" : "PM")],
  P: [0, " ", ({ wall }) => (wall.getUTCHours() < 12 ? "am" : "pm")],
  z: [0, "0", offsetOf],
  s: [0, "0", ({ time }) => Math.floor(time / 1_000)],
  "%": [0, "0", () => "%"],
};
const PLACEHOLDER = /%([-_0^]*)(.)/gs;

export const dateFilter: Filter = {
  fewest: 1,
  most: 2,
  usage: `date: a format of %${Object.keys(CONVERSIONS).join(" %")} with the flags - _ 0 ^, then a zone, as in date: "%d.%m.%Y %H:%M", "Europe/Berlin"`,
  checkArguments: ([format, zone]) => {
    if (format !== undefined && !isFormat(format)) return `the format ${String(format).slice(0, 50)}`;
    return zone === undefined || (typeof zone === "string" && wallClockIn(zone) !== undefined)
      ? undefined
      : `the zone ${String(zone).slice(0, 50)}`;
  },
  apply: (value, [format, zone]) => {
    const time = parseTime(value);
    if (time === undefined) return refused("a date or a time such as 2026-11-30T18:00:00Z", value);
    if (!isFormat(format)) return refused("a format such as %d.%m.%Y", format);
    if (zone === undefined) return done(formatted(time, offsetMinutesOf(value as string), format));
    const offset = typeof zone === "string" ? offsetIn(zone, time) : undefined;
    if (offset === undefined) return refused("a zone such as Europe/Berlin", zone);
    return done(formatted(time, offset, format));
  },
};

function isFormat(format: unknown): format is string {
  if (typeof format !== "string" || format.length > MAX_FORMAT_CHARACTERS) return false;
  const letters = [...format.matchAll(PLACEHOLDER)].map(([, , letter]) => letter ?? "");
  const percents = format.replaceAll(PLACEHOLDER, "").includes("%");
  return !percents && letters.every((letter) => Object.hasOwn(CONVERSIONS, letter));
}

function formatted(time: number, offsetMinutes: number, format: string): string {
  const moment = { wall: new Date(time + offsetMinutes * MINUTE_MS), time, offsetMinutes };
  return format.replaceAll(PLACEHOLDER, (placeholder, flags: string, letter: string) => {
    const conversion = CONVERSIONS[letter];
    if (conversion === undefined) return placeholder;
    const [width, padding, write] = conversion;
    const written = String(write(moment));
    const text = flags.includes("^") ? written.toUpperCase() : written;
    if (flags.includes("-")) return text;
    return text.padStart(width, flags.includes("_") ? " " : flags.includes("0") ? "0" : padding);
  });
}

function monthOf({ wall }: Moment): string {
  return MONTHS[wall.getUTCMonth()] ?? "";
}

function dayOf({ wall }: Moment): string {
  return DAYS[wall.getUTCDay()] ?? "";
}

function dayOfYear({ wall }: Moment): number {
  const midnight = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  return (midnight - Date.UTC(wall.getUTCFullYear(), 0, 1)) / (24 * 60 * MINUTE_MS) + 1;
}

function offsetOf({ offsetMinutes }: Moment): string {
  const minutes = Math.abs(offsetMinutes);
  const digits = [Math.floor(minutes / 60), minutes % 60].map((each) => String(each).padStart(2, "0"));
  return `${offsetMinutes < 0 ? "-" : "+"}${digits.join("")}`;
}

const wallClockIn = remembered(
  (timeZone) =>
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    }),
);

/** In minutes east of UTC at that time; undefined for a zone that does not exist. */
function offsetIn(zone: string, time: number): number | undefined {
  const clock = wallClockIn(zone);
  if (clock === undefined) return undefined;
  const parts = new Map(clock.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return Math.round((wall - time) / MINUTE_MS);
}
