/** The event log. */
import { setImmediate } from "node:timers/promises";
import {
  findEvent,
  findEventBody,
  findRuleSource,
  type FoundEvent,
  latestDeliveriesOfEvent,
  listDeliveries,
  listEvents,
  listRulesAt,
  type Page,
  type Queryable,
  ruleContextOf,
} from "@stellwerk/store";
import { readEventData } from "@stellwerk/events";
import type { RuleContext } from "@stellwerk/rules";
import { z } from "zod";
import { delivery, showDelivery } from "../deliveries/delivery.ts";
import { notFound } from "../errors.ts";
import { listAnswer, listSchema, MAX_LIMIT, pageQuery, readCursor } from "../http/cursor.ts";
import { moment } from "../http/fields.ts";
import { idParameter, idsBeginning } from "../http/ids.ts";
import { type Language, languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { event, showEvent } from "./event.ts";
import { verdict, verdictOf } from "./verdict.ts";

const params = z.strictObject({ id: idParameter("evt") });

function unknownEvent() {
  return notFound("There is no event with this id; one that was accepted a moment ago is about to be there");
}

async function contextOf(db: Queryable, accountId: string, row: FoundEvent): Promise<RuleContext> {
  const stored = await findEventBody(db, accountId, row.id);
  const data = stored && readEventData({ ...stored, type: row.type });
  return ruleContextOf(row, data, await findRuleSource(db, accountId, row.sourceId));
}

const LONGEST_WITHOUT_OTHERS_MS = 20;

interface Judged {
  /** Of the subscription. */
  readonly id: string;
  readonly verdict: z.output<typeof verdict>;
}

/** Of each subscription of the account when the event was matched. */
async function judge(
  db: Queryable,
  accountId: string,
  row: FoundEvent,
  page: Page,
  language: Language,
): Promise<Judged[]> {
  const rules = await listRulesAt(db, accountId, row.revision, page);
  const deliveries = await latestDeliveriesOfEvent(
    db,
    accountId,
    row.id,
    rules.map((rule) => rule.id),
  );
  const context = await contextOf(db, accountId, row);
  const judged: Judged[] = [];
  let heldSinceMs = performance.now();
  for (const rule of rules) {
    judged.push({ id: rule.id, verdict: verdictOf(rule, row, context, deliveries.get(rule.id), language) });
    // Two hundred conditions over a megabyte take seconds, in which nobody else would be answered.
    if (performance.now() - heldSinceMs > LONGEST_WITHOUT_OTHERS_MS) {
      await setImmediate();
      heldSinceMs = performance.now();
    }
  }
  return judged;
}

export const eventRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/events",
    operation: "listEvents",
    summary: "The event log. `q` is what an id, a title or a domain begins with.",
    description:
      "Newest first. An event is here a moment after it was accepted, when it was routed. What was made to try a rule did not happen and is not here; its delivery names it. Bodies are at `/v1/events/{id}/body`.",
    scope: "read",
    problems: [],
    query: z.strictObject({
      ...pageQuery,
      type: z.string().max(128).optional().describe("Only of this type."),
      subject: z.string().max(256).optional().describe("Only of this subject: `website/321654`."),
      source: idParameter("src").optional().describe("Only of this source, src_…."),
      since: moment.optional().describe("Only received at this time or later."),
      until: moment.optional().describe("Only received before this time."),
      q: z.string().trim().min(1).max(256).optional().describe("What its id, title or domain begins with."),
    }),
    answer: { status: 200, description: "A page of events.", schema: listSchema(event) },
    async handle({ route, query, accountId, headers }, { db }) {
      const language = languageOf(headers);
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
      return {
        body: listAnswer(
          identity,
          rows,
          limit,
          (row) => row.id,
          (row) => showEvent(row, language),
        ),
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/events/{id}",
    operation: "getEvent",
    summary: "One event and what became of it.",
    description:
      "The event with the deliveries that were made of it, and with every subscription's verdict: what became of it there, or why nothing did. The rules are those of the moment when the event was matched. An account with more than 200 subscriptions finds all verdicts at `/v1/events/{id}/verdicts`.",
    scope: "read",
    problems: [],
    params,
    answer: {
      status: 200,
      description: "The event.",
      schema: event.extend({
        traceparent: z.string().nullable(),
        isTest: z.boolean().describe("Made to try a subscription; it did not happen."),
        deliveries: z.array(delivery),
        verdicts: z.array(verdict),
      }),
    },
    async handle({ params: { id }, accountId, headers }, { db }) {
      const language = languageOf(headers);
      const row = await findEvent(db, accountId, id);
      if (row === undefined) throw unknownEvent();
      const { items } = await listDeliveries(db, accountId, { eventId: id }, { limit: MAX_LIMIT });
      const judged = await judge(db, accountId, row, { limit: MAX_LIMIT }, language);
      return {
        body: {
          ...showEvent(row, language),
          traceparent: row.traceparent,
          isTest: row.onlyFor !== null,
          deliveries: items.map((each) => showDelivery(each, language)),
          verdicts: judged.map((each) => each.verdict),
        },
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/events/{id}/verdicts",
    operation: "listVerdicts",
    summary: "Why: what every subscription made of an event.",
    description:
      "Newest subscription first. Delivered, waiting and for what, held, not matched and because of which value, of another type, switched off, not there yet: by the rules of the moment when the event was matched.",
    scope: "read",
    problems: [],
    params,
    query: z.strictObject(pageQuery),
    answer: { status: 200, description: "A page of verdicts.", schema: listSchema(verdict) },
    async handle({ route, params: { id }, query: { limit, cursor }, accountId, headers }, { db }) {
      const identity = { list: route, filter: [accountId, id] };
      const before = readCursor(identity, cursor);
      const row = await findEvent(db, accountId, id);
      if (row === undefined) throw unknownEvent();
      const judged = await judge(db, accountId, row, { before, limit }, languageOf(headers));
      return {
        body: listAnswer(
          identity,
          judged,
          limit,
          (each) => each.id,
          (each) => each.verdict,
        ),
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/events/{id}/body",
    operation: "getEventBody",
    summary: "The bytes of an event as they came.",
    description: "Byte for byte, with the content type that they came with.",
    scope: "read",
    problems: [],
    params,
    answer: { status: 200, description: "The bytes.", contentType: "*/*" },
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
