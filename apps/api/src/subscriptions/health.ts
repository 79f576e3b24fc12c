/** How a subscription's target does, what waits for it, and how far a resume is. */
import type { SubscriptionRow } from "@stellwerk/store";
import { z } from "zod";
import { time } from "../http/fields.ts";

export const health = z
  .strictObject({
    state: z
      .enum(["closed", "open", "half_open"])
      .describe(
        "`closed`: it is sent to. `open`: it kept failing, so deliveries wait and one tries from time to time. `half_open`: one is trying now.",
      ),
    failingSince: time.nullable().describe("Since when nothing has come through."),
    nextProbeAt: time.nullable().describe("When the next one tries."),
    reason: z.string().nullable().describe("The last failure."),
  })
  .meta({ id: "TargetHealth" });

export const catchUp = z
  .strictObject({
    mode: z.enum(["all", "latest-per-subject", "none"]),
    before: time.describe("Deliveries that were made until then."),
    perSecond: z.number().nullable(),
  })
  .meta({ id: "CatchUp" });

/** More are not counted: a backlog may have a million. */
export const MOST_COUNTED = 10_000;

export const waiting = z
  .strictObject({
    count: z.int().describe(`At most ${MOST_COUNTED}.`),
    isMore: z.boolean().describe("There are more than `count`."),
  })
  .meta({ id: "Waiting" });

export function showHealth(row: SubscriptionRow): z.output<typeof health> {
  return {
    state: row.breaker ?? "closed",
    failingSince: row.failingSince?.toISOString() ?? null,
    nextProbeAt: row.breaker === "open" ? (row.probeAt?.toISOString() ?? null) : null,
    reason: row.failingReason,
  };
}

export function showCatchUp(row: SubscriptionRow): z.output<typeof catchUp> | null {
  if (row.catchUp === null || row.catchUpBefore === null) return null;
  return {
    mode: row.catchUp,
    before: row.catchUpBefore.toISOString(),
    perSecond: row.catchUpPerSecond,
  };
}

export function showWaiting(count: number): z.output<typeof waiting> {
  return { count: Math.min(count, MOST_COUNTED), isMore: count > MOST_COUNTED };
}
