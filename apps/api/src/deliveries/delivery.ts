/** A delivery and its attempts as the API shows them. */
import { isUtf8 } from "node:buffer";
import { formatId } from "@stellwerk/delivery";
import type { AttemptRow, DeliveryRow } from "@stellwerk/store";
import { z } from "zod";
import { time } from "../http/fields.ts";
import { idAnswer } from "../http/ids.ts";
import type { Language } from "../http/language.ts";
import { describeDelivery, describeFix } from "./describe-delivery.ts";

export const deliveryState = z.enum(["queued", "sending", "held", "delivered", "skipped", "dead", "expired"]);

const waitsFor = z
  .strictObject({
    deliveryId: idAnswer("dlv"),
    subscriptionId: idAnswer("sub"),
    subscriptionName: z.string().nullable(),
    state: deliveryState,
    reason: z.string().nullable(),
    since: time.describe("When it was made, or since when its target is paused."),
    ahead: z.int().describe("How many go before this one, at most 1,000."),
  })
  .meta({ id: "WaitsFor" });

export const delivery = z
  .strictObject({
    id: idAnswer("dlv"),
    eventId: idAnswer("evt"),
    subscriptionId: idAnswer("sub"),
    subscriptionName: z.string().nullable(),
    subscriptionVersion: z.int(),
    connectionId: idAnswer("con"),
    action: z.string().nullable(),
    key: idAnswer("dlv").describe("What the target sees as `webhook-id`; a resend as the same keeps it."),
    eventType: z.string().nullable(),
    subject: z.string().nullable(),
    title: z.string().nullable(),
    state: deliveryState,
    reason: z.string().nullable().describe("Stable code of why it is in this state."),
    detail: z
      .string()
      .nullable()
      .describe("What the target answered, or what a colleague wrote who paused it."),
    sentence: z.string().describe("The same for people, in the language of `Accept-Language`: `en` or `de`."),
    fix: z.string().nullable().describe("What to do about it; null when there is nothing to do."),
    attemptCount: z.int(),
    nextAttemptAt: time.nullable(),
    isEdited: z.boolean().describe("It has an input of its own instead of its subscription's."),
    possiblySent: z.boolean().describe("The target may have got it more than once."),
    waitsFor: waitsFor
      .nullable()
      .describe("Which one goes first, because its subscription keeps the order of a subject; else null."),
    blocks: z.int().describe("How many wait until this one is through, at most 1,000."),
    createdAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: "Delivery" });

export const attempt = z
  .strictObject({
    id: idAnswer("att"),
    number: z.int(),
    startedAt: time,
    durationMs: z.int(),
    outcome: z.string(),
    reason: z.string().nullable(),
    sentence: z.string().nullable(),
    request: z.unknown(),
    reply: z
      .strictObject({
        status: z.int().nullable(),
        headers: z.unknown(),
        encoding: z.enum(["utf8", "base64"]).describe("At most the first 16 KiB."),
        body: z.string(),
      })
      .nullable(),
  })
  .meta({ id: "Attempt" });

export function showDelivery(row: DeliveryRow, language: Language): z.output<typeof delivery> {
  return {
    id: formatId("dlv", row.id),
    eventId: formatId("evt", row.eventId),
    subscriptionId: formatId("sub", row.subscriptionId),
    subscriptionName: row.subscriptionName,
    subscriptionVersion: row.subscriptionVersion,
    connectionId: formatId("con", row.connectionId),
    action: row.action,
    key: formatId("dlv", row.key),
    eventType: row.eventType,
    subject: row.subject,
    title: row.title,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    sentence: describeDelivery(row, language),
    fix: describeFix(row, language),
    attemptCount: row.attempts,
    nextAttemptAt: row.state === "queued" ? (row.nextAttemptAt?.toISOString() ?? null) : null,
    isEdited: row.isEdited,
    possiblySent: row.possiblySent,
    waitsFor: row.waitsFor && {
      deliveryId: formatId("dlv", row.waitsFor.id),
      subscriptionId: formatId("sub", row.waitsFor.subscriptionId),
      subscriptionName: row.waitsFor.subscriptionName,
      state: row.waitsFor.state,
      reason: row.waitsFor.reason,
      since: row.waitsFor.since.toISOString(),
      ahead: row.waitsFor.ahead,
    },
    blocks: row.blocks,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

export function showAttempt(row: AttemptRow): z.output<typeof attempt> {
  const body = row.replyBody ?? Buffer.alloc(0);
  const encoding = isUtf8(body) ? "utf8" : "base64";
  return {
    id: formatId("att", row.id),
    number: row.number,
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    outcome: row.outcome,
    reason: row.reason,
    sentence: row.detail,
    request: row.request,
    reply:
      row.replyStatus === null && row.replyBody === null
        ? null
        : { status: row.replyStatus, headers: row.replyHeaders, encoding, body: body.toString(encoding) },
  };
}
