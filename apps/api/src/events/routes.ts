/** The event log. */
import { findEvent, findEventBody, listDeliveries, listEvents } from "@stellwerk/store";
import { z } from "zod";
import { delivery, showDelivery } from "../deliveries/delivery.ts";
import { notFound } from "../errors.ts";
import { listAnswer, listSchema, MAX_LIMIT, pageQuery, readCursor } from "../http/cursor.ts";
import { moment } from "../http/fields.ts";
import { idParameter, idsBeginning } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";
import { event, showEvent } from "./event.ts";

const params = z.strictObject({ id: idParameter("evt") });

function unknownEvent() {
  return notFound("There is no event with this id; one that was accepted a moment ago is about to be there");
}

export const eventRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/events",
    summary: "The event log. `q` is what an id, a title or a domain begins with.",
    scope: "read",
    query: z.strictObject({
      ...pageQuery,
      type: z.string().max(128).optional(),
      subject: z.string().max(256).optional(),
      source: idParameter("src").optional(),
      since: moment.optional(),
      until: moment.optional(),
      q: z.string().trim().min(1).max(256).optional(),
    }),
    answer: { status: 200, schema: listSchema(event) },
    async handle({ route, query, accountId }, { db }) {
      const { limit, cursor, source, q, ...filter } = query;
      const identity = { list: route, filter: [accountId, filter, source, q] };
      const before = readCursor(identity, cursor);
      const ids = q === undefined ? undefined : idsBeginning("evt", q);
      const textPrefix = ids === undefined ? q : undefined;
      const rows = await listEvents(
        db,
        accountId,
        { ...filter, sourceId: source, ids, textPrefix },
        { before, limit },
      );
      return { body: listAnswer(identity, rows, limit, (row) => row.id, showEvent) };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/events/{id}",
    summary: "One event and what became of it.",
    scope: "read",
    params,
    answer: {
      status: 200,
      schema: event.extend({ traceparent: z.string().nullable(), deliveries: z.array(delivery) }),
    },
    async handle({ params: { id }, accountId }, { db }) {
      const row = await findEvent(db, accountId, id);
      if (row === undefined) throw unknownEvent();
      // Subscriptions that made no delivery, and why, come with the rules that decide it.
      const { items } = await listDeliveries(db, accountId, { eventId: id }, { limit: MAX_LIMIT });
      return {
        body: { ...showEvent(row), traceparent: row.traceparent, deliveries: items.map(showDelivery) },
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/events/{id}/body",
    summary: "The bytes of an event as they came.",
    scope: "read",
    params,
    answer: { status: 200, contentType: "*/*" },
    async handle({ params: { id }, accountId }, { db }) {
      const row = await findEventBody(db, accountId, id);
      if (row === undefined) throw unknownEvent();
      return {
        body: row.body,
        headers: {
          "content-type": row.contentType,
          // Somebody else's bytes on our address: a browser must neither guess nor run anything in them.
          "content-security-policy": "default-src 'none'; sandbox",
          "content-disposition": "attachment",
        },
      };
    },
  }),
];
