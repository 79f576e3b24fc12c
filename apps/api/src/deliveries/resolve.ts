/** What a person decides about a delivery that is held, or of which nobody knows whether it arrived. */
import { type DeliveryRow, type Resolution, resolveDelivery } from "@stellwerk/store";
import { z } from "zod";
import { conflict, type ProblemError } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { decidedBy, requireDelivery, waitingDelivery } from "./decide.ts";
import { delivery, showDelivery } from "./delivery.ts";

const DECIDED: Readonly<Record<Resolution, string>> = {
  delivered: "Settled as delivered",
  send: "To be sent",
  drop: "Dropped",
};

export const resolveRoute = defineRoute({
  method: "POST",
  path: "/v1/deliveries/{id}/resolve",
  operation: "resolveDelivery",
  summary: "Decides about one that is held, or of which nobody knows whether it arrived.",
  description:
    "`delivered`: somebody has seen it at the target, and it ends as that. `send`: it is sent now, under the same key; if it was in doubt it may arrive twice, and is `possiblySent`. `drop`: it ends as `dead`. Those behind it of its subject go on in any case, after it. What is not held or in doubt, because somebody else was faster or it goes on by itself, is answered with 409 and its state.",
  scope: "manage",
  problems: ["conflict"],
  params: z.strictObject({ id: idParameter("dlv") }),
  body: z.strictObject({
    as: z.enum(["delivered", "send", "drop"]),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .describe("For colleagues: why. It is in its `detail`."),
  }),
  answer: { status: 200, description: "The delivery as it is now.", schema: delivery },
  async handle({ params: { id }, body, caller, accountId, headers }, { db, partitions }) {
    const row = await db.transaction(async (tx) => {
      await requireDelivery(tx, accountId, id);
      const detail = await decidedBy(tx, { accountId, caller }, DECIDED[body.as], body.reason);
      const waiting = waitingDelivery(accountId, id, partitions);
      const resolved = await resolveDelivery(tx, waiting, body.as, detail);
      const now = await requireDelivery(tx, accountId, id);
      if (!resolved) throw notHeld(now);
      return now;
    });
    return { body: showDelivery(row, languageOf(headers)) };
  },
});

function notHeld({ state, pausedAt }: DeliveryRow): ProblemError {
  const detail =
    state === "held" && pausedAt !== null
      ? "Only its target is paused: resume that, and it goes on"
      : `Nothing is to be decided about it: it is ${state}`;
  return conflict(detail, [{ path: "", message: detail, expected: "held, or in doubt", received: state }]);
}
