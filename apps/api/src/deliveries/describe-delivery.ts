/** What happened to a delivery, in a sentence, and what to do about it. */
import { describeDelivery as describe, type Bilingual } from "@stellwerk/delivery";
import type { DeliveryRow } from "@stellwerk/store";

type Told = Pick<
  DeliveryRow,
  "state" | "reason" | "detail" | "attempts" | "nextAttemptAt" | "possiblySent" | "pausedAt"
>;

export function describeDelivery(row: Told, language: keyof Bilingual = "en"): string {
  return describe({ ...row, now: new Date() }).sentence[language];
}

export function describeFix(row: Told, language: keyof Bilingual = "en"): string | null {
  return describe({ ...row, now: new Date() }).fix?.[language] ?? null;
}
