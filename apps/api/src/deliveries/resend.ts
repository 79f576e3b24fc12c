/** Sends a delivery again: as the same one, which its target may recognise, or as a new one. */
import { partitionFor } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import {
  type DeliveryRow,
  findDelivery,
  findSubscription,
  type Queryable,
  requestDelivery,
} from "@stellwerk/store";
import { z } from "zod";
import { createOnce } from "../changes.ts";
import { conflict, notFound } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";
import { laterResendFields, resendMappingNow } from "../not-yet.ts";
import { delivery, showDelivery } from "./delivery.ts";

export const resendRoute = defineRoute({
  method: "POST",
  path: "/v1/deliveries/{id}/resend",
  operation: "resendDelivery",
  summary: "Sends it again: `same` keeps the webhook-id, `new` makes a new one.",
  description:
    "Only one that is final: what still waits is sent by itself. It is sent with the mapping of the version that matched and the connection's current settings.",
  scope: "manage",
  problems: ["conflict"],
  creates: true,
  params: z.strictObject({ id: idParameter("dlv") }),
  body: z.strictObject({
    as: z.enum(["same", "new"]),
    mapping: resendMappingNow.default("matched"),
    ...laterResendFields,
  }),
  answer: { status: 201, description: "The new delivery.", schema: delivery },
  async handle(request, services) {
    const { params, body, accountId } = request;
    const { id } = await createOnce(services, request, async (tx, newId) => {
      const row = await resendable(tx, accountId, params.id);
      await requestDelivery(tx, {
        id: newId,
        accountId,
        eventId: row.eventId,
        subscriptionId: row.subscriptionId,
        subscriptionVersion: row.subscriptionVersion,
        connectionId: row.connectionId,
        key: body.as === "same" ? row.key : newId,
        partition: partitionFor(formatId("acc", accountId), services.partitions),
      });
    });
    const made = await findDelivery(services.db, accountId, id);
    if (made === undefined) throw notFound("There is no delivery with this id");
    return { body: showDelivery(made) };
  },
});

async function resendable(tx: Queryable, accountId: string, id: string): Promise<DeliveryRow> {
  const row = await findDelivery(tx, accountId, id);
  if (row === undefined) throw notFound("There is no delivery with this id");
  if (row.finishedAt === null) throw conflict("This delivery is still on its way; it is sent by itself");
  if (row.eventType === null) throw conflict("The event of this delivery is not kept any more");
  if ((await findSubscription(tx, accountId, row.subscriptionId)) === undefined) {
    throw conflict("The subscription of this delivery was deleted");
  }
  return row;
}
