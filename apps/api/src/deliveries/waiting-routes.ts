/** A delivery that waits: sent now, or dropped. */
import { formatId } from "@stellwerk/delivery";
import { cancelDelivery, type DeliveryRow, runDelivery } from "@stellwerk/store";
import { z } from "zod";
import { conflict, type ProblemError } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { decidedBy, requireDelivery, waitingDelivery } from "./decide.ts";
import { delivery, showDelivery } from "./delivery.ts";

const params = z.strictObject({ id: idParameter("dlv") });

export const runRoute = defineRoute({
  method: "POST",
  path: "/v1/deliveries/{id}/run",
  operation: "runDelivery",
  summary: "Sends one now that waits for its time, or that blocks its subject.",
  description:
    "Its next attempt is due now; how many it has had stays. One that `waitsFor` another is not sent before it, one whose target is paused goes on with that, and one held in doubt has to be settled: these are answered with 409.",
  scope: "manage",
  problems: ["conflict"],
  params,
  answer: { status: 200, description: "The delivery as it is now.", schema: delivery },
  async handle({ params: { id }, accountId, headers }, { db, partitions }) {
    const row = await db.transaction(async (tx) => {
      const before = await requireDelivery(tx, accountId, id);
      if (before.pausedAt !== null) throw conflict("Its target is paused: resume it, and this goes on");
      if (await runDelivery(tx, waitingDelivery(accountId, id, partitions))) {
        return requireDelivery(tx, accountId, id);
      }
      throw whyNot(await requireDelivery(tx, accountId, id));
    });
    return { body: showDelivery(row, languageOf(headers)) };
  },
});

export const cancelRoute = defineRoute({
  method: "POST",
  path: "/v1/deliveries/{id}/cancel",
  operation: "cancelDelivery",
  summary: "Drops one that waits: it is not sent, and those behind it go on.",
  description:
    "It ends as `dead` with the reason `dropped`, and can be sent again like any that ended. One that is on its way, or held in doubt, is not dropped like this: 409.",
  scope: "manage",
  problems: ["conflict"],
  params,
  body: z
    .strictObject({
      reason: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .optional()
        .describe("For colleagues: why. It is its `detail`."),
    })
    .default({}),
  answer: { status: 200, description: "The delivery as it is now.", schema: delivery },
  async handle({ params: { id }, body, caller, accountId, headers }, { db, partitions }) {
    const row = await db.transaction(async (tx) => {
      await requireDelivery(tx, accountId, id);
      const detail = await decidedBy(tx, { accountId, caller }, "Dropped", body.reason);
      if (await cancelDelivery(tx, waitingDelivery(accountId, id, partitions), detail)) {
        return requireDelivery(tx, accountId, id);
      }
      throw whyNot(await requireDelivery(tx, accountId, id));
    });
    return { body: showDelivery(row, languageOf(headers)) };
  },
});

function whyNot({ finishedAt, waitsFor, state, reason }: DeliveryRow): ProblemError {
  if (finishedAt !== null) return conflict("It has ended; to send it once more, resend it");
  if (waitsFor !== null) {
    const first = formatId("dlv", waitsFor.id);
    return conflict(`It waits for ${first}, which goes first: run or cancel that one`);
  }
  if (state === "held" || reason === "looking") {
    return conflict(
      "Nobody knows whether it arrived: settle it as delivered, to be sent, or dropped (resolve)",
    );
  }
  return conflict("It is on its way");
}
