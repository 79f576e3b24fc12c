/** What happened to a delivery, in a sentence, and what to do about it. */
import { describeDelivery as describe } from "@stellwerk/delivery";
import type { DeliveryRow } from "@stellwerk/store";
import type { Language } from "../http/language.ts";

type Told = Pick<
  DeliveryRow,
  "state" | "reason" | "detail" | "attempts" | "nextAttemptAt" | "possiblySent" | "pausedAt"
> &
  Partial<Pick<DeliveryRow, "waitsFor" | "blocks">>;

export function describeDelivery(row: Told, language: Language): string {
  return describe({ ...row, now: new Date() }).sentence[language];
}

export function describeFix(row: Told, language: Language): string | null {
  return describe({ ...row, now: new Date() }).fix?.[language] ?? null;
}
