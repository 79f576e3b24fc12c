/** Sends a delivery again: as the same one, which its target may recognise, or as a new one; edited if need be. */
import { partitionFor } from "@stellwerk/bus";
import { findAction, parseInput } from "@stellwerk/connector-kit";
import { formatId } from "@stellwerk/delivery";
import {
  type DeliveryRow,
  type DeliveryRule,
  findDelivery,
  findDeliveryRule,
  type Queryable,
  requestDelivery,
} from "@stellwerk/store";
import { z } from "zod";
import { createOnce } from "../changes.ts";
import { conflict, type FieldProblem, invalidRequest, notFound } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { plainInput } from "./plain-input.ts";
import type { Services } from "../services.ts";
import { delivery, showDelivery } from "./delivery.ts";
import { lookingActions, repeatableActions } from "./repeatable-actions.ts";

export const resendRoute = defineRoute({
  method: "POST",
  path: "/v1/deliveries/{id}/resend",
  operation: "resendDelivery",
  summary: "Sends it again: `same` keeps the webhook-id, `new` makes a new one.",
  description:
    "Only one that is final: what still waits is sent by itself, and what is in doubt is to be resolved first. Sent again as the `same` one, whose first may have arrived, it is `possiblySent`; where its action can look, that comes first, and what is found is not sent twice. It is sent with the connection's current settings, and with the input of the version that matched, of the subscription's current one (`mapping`), or with another one that is given here.",
  scope: "manage",
  problems: ["conflict"],
  creates: true,
  params: z.strictObject({ id: idParameter("dlv") }),
  body: z.strictObject({
    as: z.enum(["same", "new"]),
    mapping: z
      .enum(["matched", "current"])
      .default("matched")
      .describe("What is sent: as the version says that matched, or the subscription's current one."),
    input: plainInput
      .optional()
      .describe("For this delivery alone, instead of the subscription's input: what the action asks for."),
  }),
  answer: { status: 201, description: "The new delivery.", schema: delivery },
  async handle(request, services) {
    const { params, body, accountId } = request;
    const { id } = await createOnce(services, request, async (tx, newId) => {
      const row = await resendable(tx, accountId, params.id);
      const rule = await findDeliveryRule(tx, accountId, params.id, body.mapping);
      if (rule === undefined) throw conflict("The subscription of this delivery was deleted");
      if (body.input !== undefined) requireFitting(rule, body.input, services);
      const mayArriveTwice = body.as === "same" && (row.state === "delivered" || row.possiblySent);
      await requestDelivery(tx, {
        id: newId,
        accountId,
        eventId: row.eventId,
        subscriptionId: row.subscriptionId,
        subscriptionVersion: rule.subscriptionVersion,
        connectionId: rule.connectionId,
        key: body.as === "same" ? row.key : newId,
        partition: partitionFor(formatId("acc", accountId), services.partitions),
        input: body.input ?? rule.input,
        marksStart: !repeatableActions(services.connectors).includes(rule.action),
        possiblySent: mayArriveTwice,
        looksFirst: mayArriveTwice && lookingActions(services.connectors).includes(rule.action),
      });
    });
    const made = await findDelivery(services.db, accountId, id);
    if (made === undefined) throw notFound("There is no delivery with this id");
    return { body: showDelivery(made, languageOf(request.headers)) };
  },
});

async function resendable(tx: Queryable, accountId: string, id: string): Promise<DeliveryRow> {
  const row = await findDelivery(tx, accountId, id);
  if (row === undefined) throw notFound("There is no delivery with this id");
  if (row.finishedAt === null) {
    throw conflict(
      row.reason === "in_doubt" || row.reason === "looking"
        ? "Nobody knows whether this delivery arrived: settle that first (resolve)"
        : "This delivery is still on its way; it is sent by itself",
    );
  }
  if (row.eventType === null) throw conflict("The event of this delivery is not kept any more");
  return row;
}

/** An edited input that its action would refuse is refused here, where somebody can mend it. */
function requireFitting({ action }: DeliveryRule, input: unknown, { connectors }: Services): void {
  const found = findAction(connectors, action);
  if (found === undefined) throw conflict(`This installation has no action ${action} any more`);
  const parsed = parseInput(found.action, input);
  if (!parsed.ok) throw invalidRequest(parsed.problems satisfies readonly FieldProblem[]);
}
