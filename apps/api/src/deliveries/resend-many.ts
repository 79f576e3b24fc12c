/** Sends many deliveries again with one call, chosen by a filter. */
import { partitionFor } from "@stellwerk/bus";
import { formatId, newUuid } from "@stellwerk/delivery";
import {
  findIdempotentAnswer,
  findResendable,
  keepIdempotentAnswer,
  loadDeliveries,
  lockResends,
  resendDeliveries,
} from "@stellwerk/store";
import { z } from "zod";
import { claimKey } from "../changes.ts";
import { makeCursor, readCursor } from "../http/cursor.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { delivery, showDelivery } from "./delivery.ts";
import { lookingActions, repeatableActions } from "./repeatable-actions.ts";
import { deliveryFilter, undeliveredState } from "./filter.ts";

const MOST_AT_ONCE = 10_000;
const SAMPLE_SIZE = 10;

const { subscription, subject, type, reason, since, until } = deliveryFilter;

const answer = z
  .strictObject({
    resent: z.int().describe("How many are sent again; 0 of a dry run."),
    matching: z.int().describe("How many were found, `limit` at most."),
    remaining: z.boolean().describe("There may be more, which `cursor` goes on with."),
    next: z.string().nullable().describe("The `cursor` of the next call; null when this was all."),
    sample: z.array(delivery).optional().describe("Of a dry run: the first few."),
  })
  .meta({ id: "Resent" });
type Resent = z.output<typeof answer>;

export const resendManyRoute = defineRoute({
  method: "POST",
  path: "/v1/deliveries/resend",
  operation: "resendDeliveries",
  summary: "Sends everything again that ended without being delivered and fits the filter.",
  description:
    "The oldest first, at most `limit` with one call; `next` goes on from there. What was sent again already is left out: of one event for one subscription only the last delivery counts. So are those whose event or subscription is gone. With `dryRun` nothing is sent, and some of what would be is shown. With an `Idempotency-Key` a repeat sends nothing more and is answered the same.",
  scope: "manage",
  problems: ["conflict"],
  creates: true,
  body: z.strictObject({
    filter: z
      .strictObject({
        state: undeliveredState.default("dead"),
        subscription,
        subject,
        type: type.describe("Only of events of this type."),
        reason: reason.describe("Only with this reason, a code."),
        since,
        until,
      })
      .default({ state: "dead" }),
    as: z.enum(["same", "new"]).describe("`same` keeps each `webhook-id`, `new` makes new ones."),
    mapping: z
      .enum(["matched", "current"])
      .default("matched")
      .describe("What is sent: as the version says that matched, or the subscription's current one."),
    limit: z.int().min(1).max(MOST_AT_ONCE).default(MOST_AT_ONCE),
    cursor: z.string().max(512).optional().describe("The `next` of the call before."),
    dryRun: z.boolean().default(false),
  }),
  answer: { status: 200, description: "How many are on their way again.", schema: answer },
  async handle(request, { db, partitions, connectors }) {
    const { body, accountId, route, idempotency } = request;
    const { limit, cursor, as, mapping, dryRun } = body;
    const { subscription: subscriptionId, ...asked } = body.filter;
    const filter = { ...asked, subscriptionId };
    const identity = { list: route, filter: [accountId, filter] };
    const after = readCursor(identity, cursor);
    const told = (ids: readonly string[], lastId: string | undefined): Omit<Resent, "resent"> => ({
      matching: ids.length,
      remaining: lastId !== undefined,
      next: lastId === undefined ? null : makeCursor(identity, lastId),
    });
    if (dryRun) {
      const { ids, lastId } = await findResendable(db, accountId, filter, { after, limit });
      const sample = await loadDeliveries(db, accountId, ids.slice(0, SAMPLE_SIZE));
      return {
        body: {
          resent: 0,
          ...told(ids, lastId),
          sample: sample.map((row) => showDelivery(row, languageOf(request.headers))),
        },
      };
    }
    const resent = await db.transaction(async (tx): Promise<Resent> => {
      const isRepeat = (await claimKey(tx, request, newUuid())) !== undefined;
      const key = { accountId, route, keyHash: idempotency?.keyHash ?? "" };
      if (isRepeat) return (await findIdempotentAnswer(tx, key)) as Resent;
      await lockResends(tx, accountId);
      const { ids, lastId } = await findResendable(tx, accountId, filter, { after, limit });
      const partition = partitionFor(formatId("acc", accountId), partitions);
      await resendDeliveries(tx, {
        ids,
        accountId,
        partition,
        as,
        mapping,
        repeatableActions: repeatableActions(connectors),
        lookingActions: lookingActions(connectors),
      });
      const made = { resent: ids.length, ...told(ids, lastId) };
      if (idempotency !== undefined) await keepIdempotentAnswer(tx, key, made);
      return made;
    });
    return { body: resent };
  },
});
