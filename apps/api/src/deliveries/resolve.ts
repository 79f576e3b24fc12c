/** What a person decides about a delivery that is held, or of which nobody knows whether it arrived. */
import { partitionFor } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import {
  type DeliveryRow,
  findApiKey,
  findDelivery,
  type Queryable,
  type Resolution,
  resolveDelivery,
} from "@stellwerk/store";
import { z } from "zod";
import { conflict, notFound, type ProblemError } from "../errors.ts";
import type { Caller } from "../http/authenticate.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
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
    const partition = partitionFor(formatId("acc", accountId), partitions);
    const row = await db.transaction(async (tx) => {
      await requireDelivery(tx, accountId, id);
      const by = await nameOf(tx, accountId, caller);
      const detail = `${DECIDED[body.as]} by ${by}${body.reason === undefined ? "" : `: ${body.reason}`}`;
      const resolved = await resolveDelivery(tx, { accountId, id, partition }, body.as, detail);
      const now = await requireDelivery(tx, accountId, id);
      if (!resolved) throw notHeld(now);
      return now;
    });
    return { body: showDelivery(row, languageOf(headers)) };
  },
});

/** People sign in with a later version; until then it is the key that says who. */
async function nameOf(tx: Queryable, accountId: string, { keyId }: Caller): Promise<string> {
  const key = await findApiKey(tx, accountId, keyId);
  return key === undefined ? "an admin of the installation" : `the key “${key.name}”`;
}

async function requireDelivery(tx: Queryable, accountId: string, id: string): Promise<DeliveryRow> {
  const row = await findDelivery(tx, accountId, id);
  if (row === undefined) throw notFound("There is no delivery with this id");
  return row;
}

function notHeld({ state, pausedAt }: DeliveryRow): ProblemError {
  const detail =
    state === "held" && pausedAt !== null
      ? "Only its target is paused: resume that, and it goes on"
      : `Nothing is to be decided about it: it is ${state}`;
  return conflict(detail, [{ path: "", message: detail, expected: "held, or in doubt", received: state }]);
}
