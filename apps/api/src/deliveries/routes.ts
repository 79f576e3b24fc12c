/** The delivery log, and sending something again. */
import { findDelivery, listAttempts, listDeliveries } from "@stellwerk/store";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { listSchema, makeCursor, pageQuery, readCursor } from "../http/cursor.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { attempt, delivery, showAttempt, showDelivery } from "./delivery.ts";
import { exportRoute } from "./export.ts";
import { deliveryFilter, toDeliveryFilter } from "./filter.ts";
import { resendManyRoute } from "./resend-many.ts";
import { resendRoute } from "./resend.ts";
import { resolveRoute } from "./resolve.ts";
import { cancelRoute, runRoute } from "./waiting-routes.ts";

export const deliveryRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/deliveries",
    operation: "listDeliveries",
    summary: "The delivery log.",
    description:
      "Newest first. What waits for a paused subscription or connection is `held`, with the reason of the pause; what waits because its target keeps failing is `queued` with the reason `breaker_open`, due at the next try; what waits for an earlier one of its subject is `queued` with the reason `behind`, and `waitsFor` says which. A search for something rare may answer a short page, or an empty one, with `next`: it goes on there.",
    scope: "read",
    problems: [],
    query: z.strictObject({ ...pageQuery, ...deliveryFilter }),
    answer: { status: 200, description: "A page of deliveries.", schema: listSchema(delivery) },
    async handle({ route, query, accountId, headers }, { db }) {
      const language = languageOf(headers);
      const { limit, cursor, ...filter } = query;
      const identity = { list: route, filter: [accountId, filter] };
      const before = readCursor(identity, cursor);
      const page = { before, limit };
      const { items, lastId } = await listDeliveries(db, accountId, toDeliveryFilter(filter), page);
      const next = lastId === undefined ? null : makeCursor(identity, lastId);
      return { body: { items: items.map((row) => showDelivery(row, language)), next } };
    },
  }),
  // Before the one with an id: express takes the first that fits.
  exportRoute,
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
    async handle({ params: { id }, accountId, headers }, { db }) {
      const row = await findDelivery(db, accountId, id);
      if (row === undefined) throw notFound("There is no delivery with this id");
      const attempts = await listAttempts(db, accountId, id);
      return { body: { ...showDelivery(row, languageOf(headers)), attempts: attempts.map(showAttempt) } };
    },
  }),
  resendRoute,
  resendManyRoute,
  resolveRoute,
  runRoute,
  cancelRoute,
];
