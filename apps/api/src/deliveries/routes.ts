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
    operation: "listDeliveries",
    summary: "The delivery log.",
    description: "Newest first.",
    scope: "read",
    problems: [],
    query: z.strictObject({
      ...pageQuery,
      state: deliveryState.optional().describe("Only in this state."),
      subscription: idParameter("sub").optional().describe("Only of this subscription, sub_…."),
      event: idParameter("evt").optional().describe("Only of this event, evt_…."),
      subject: z.string().max(256).optional().describe("Only of this subject: `website/321654`."),
      since: moment.optional().describe("Only made at this time or later."),
      until: moment.optional().describe("Only made before this time."),
    }),
    answer: { status: 200, description: "A page of deliveries.", schema: listSchema(delivery) },
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
    operation: "getDelivery",
    summary: "One delivery with all its attempts: request, reply, timing, outcome.",
    description:
      "Every attempt with what was sent, what came back, how long it took and what it means. Secrets in requests are masked.",
    scope: "read",
    problems: [],
    params: z.strictObject({ id: idParameter("dlv") }),
    answer: {
      status: 200,
      description: "The delivery.",
      schema: delivery.extend({ attempts: z.array(attempt) }),
    },
    async handle({ params: { id }, accountId }, { db }) {
      const row = await findDelivery(db, accountId, id);
      if (row === undefined) throw notFound("There is no delivery with this id");
      const attempts = await listAttempts(db, accountId, id);
      return { body: { ...showDelivery(row), attempts: attempts.map(showAttempt) } };
    },
  }),
  resendRoute,
];
