/** The delivery log, and sending something again. */
import { findDelivery, listAttempts, listDeliveries } from "@stellwerk/store";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listSchema, makeCursor, pageQuery, readCursor } from "../http/cursor.ts";
import { moment } from "../http/fields.ts";
import { idParameter } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";
import { attempt, delivery, deliveryState, showAttempt, showDelivery } from "./delivery.ts";
import { resendRoute } from "./resend.ts";

export const deliveryRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/deliveries",
    summary: "The delivery log.",
    scope: "read",
    query: z.strictObject({
      ...pageQuery,
      state: deliveryState.optional(),
      subscription: idParameter("sub").optional(),
      event: idParameter("evt").optional(),
      subject: z.string().max(256).optional(),
      since: moment.optional(),
      until: moment.optional(),
    }),
    answer: { status: 200, schema: listSchema(delivery) },
    async handle({ route, query, accountId }, { db }) {
      const { limit, cursor, ...filter } = query;
      const identity = { list: route, filter: [accountId, filter] };
      const before = readCursor(identity, cursor);
      const { items, lastId } = await listDeliveries(
        db,
        accountId,
        { ...filter, subscriptionId: filter.subscription, eventId: filter.event },
        { before, limit },
      );
      const next = lastId === undefined ? null : makeCursor(identity, lastId);
      return { body: { items: items.map(showDelivery), next } };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/deliveries/{id}",
    summary: "One delivery with all its attempts: request, reply, timing, outcome.",
    scope: "read",
    params: z.strictObject({ id: idParameter("dlv") }),
    answer: { status: 200, schema: delivery.extend({ attempts: z.array(attempt) }) },
    async handle({ params: { id }, accountId }, { db }) {
      const row = await findDelivery(db, accountId, id);
      if (row === undefined) throw notFound("There is no delivery with this id");
      const attempts = await listAttempts(db, accountId, id);
      return { body: { ...showDelivery(row), attempts: attempts.map(showAttempt) } };
    },
  }),
  resendRoute,
];
