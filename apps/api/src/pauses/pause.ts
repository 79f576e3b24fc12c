/** Pauses of subscriptions and connections, as they are asked for and as the API shows them. */
import type { Pause } from "@stellwerk/store";
import { z } from "zod";
import { describeDelivery, describeFix } from "../deliveries/describe-delivery.ts";
import { time } from "../http/fields.ts";
import type { Language } from "../http/language.ts";

/** A paused one goes on matching: what it makes waits. `enabled: false` is the other thing, it matches nothing. */
export const paused = z
  .strictObject({
    since: time,
    reason: z
      .string()
      .describe(
        "`paused`: a person did. Else Stellwerk stopped it: `gone` (its target says it is not there any more), `failing` (nothing has come through for days), `misconfigured`, `auth` (its credentials were refused).",
      ),
    detail: z.string().nullable().describe("What the person wrote, or what the target answered."),
    sentence: z.string().describe("The same for people, in the language of `Accept-Language`: `en` or `de`."),
    fix: z.string().nullable().describe("What to do about it."),
  })
  .meta({ id: "Pause" });

export const pauseRequest = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .describe("For colleagues: why. It is shown with everything that waits."),
  })
  .default({});

export function showPause(
  { pausedAt, pausedReason, pausedDetail }: Pause,
  language: Language,
): z.output<typeof paused> | null {
  if (pausedAt === null) return null;
  const reason = pausedReason ?? "paused";
  const told = {
    state: "held" as const,
    reason,
    detail: pausedDetail,
    attempts: 0,
    nextAttemptAt: null,
    possiblySent: false,
    pausedAt,
  };
  return {
    since: pausedAt.toISOString(),
    reason,
    detail: pausedDetail,
    sentence: describeDelivery(told, language),
    fix: describeFix(told, language),
  };
}
