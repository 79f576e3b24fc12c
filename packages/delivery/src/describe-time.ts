/** A time to come, as people say it: how long from now, and when. */
import type { Bilingual } from "./reason.ts";

const UNITS = [
  { ms: 86_400_000, en: "day", de: "Tag", more: "Tagen" },
  { ms: 3_600_000, en: "hour", de: "Stunde", more: "Stunden" },
  { ms: 60_000, en: "minute", de: "Minute", more: "Minuten" },
  { ms: 1_000, en: "second", de: "Sekunde", more: "Sekunden" },
] as const;

/** @example describeTime(at, now).en // "in 5 minutes (2026-11-23 22:15 UTC)" */
export function describeTime(at: Date | null | undefined, now: Date): Bilingual {
  if (at === null || at === undefined) return { en: "later", de: "später" };
  const leftMs = at.getTime() - now.getTime();
  if (leftMs < 1_000) return { en: "now", de: "jetzt" };
  // Up to one and a half of a unit the smaller one says more: 80 minutes, not 1 hour.
  const unit = UNITS.find(({ ms }) => leftMs >= ms * 1.5) ?? UNITS[3];
  const count = Math.round(leftMs / unit.ms);
  const clock = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return {
    en: `in ${count} ${unit.en}${count === 1 ? "" : "s"} (${clock})`,
    de: `in ${count} ${count === 1 ? unit.de : unit.more} (${clock})`,
  };
}
