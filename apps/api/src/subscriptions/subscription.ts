/** A subscription as it is asked for and as the API shows it. */
import { DEFAULT_SCHEDULE_MS, formatId } from "@stellwerk/delivery";
import type { SubscriptionRow } from "@stellwerk/store";
import { z } from "zod";
import { connectionDraft, newConnection } from "../connections/connection.ts";
import type { FieldProblem } from "../errors.ts";
import { durationMs, formatDuration } from "../http/duration.ts";
import { eventTypeName, name, time, version } from "../http/fields.ts";
import { idAnswer, idParameter } from "../http/ids.ts";
import type { Language } from "../http/language.ts";
import { paused, showPause } from "../pauses/pause.ts";
import { EVERY_TYPE } from "./check-rule.ts";
import { catchUp, health, showCatchUp, showHealth, waiting } from "./health.ts";

const DAY_MS = 86_400_000;

const eventTypeChoice = eventTypeName.refine((text) => text === EVERY_TYPE || !text.includes("*"), {
  message: 'must be a type\'s whole name, or "*" for every type',
});

/** A rate of sending. */
export const perSecond = z.number().positive().max(1_000);

const retry = z.strictObject({
  schedule: z
    .array(durationMs({ minMs: 1_000, maxMs: 7 * DAY_MS }))
    .max(20)
    .optional()
    .describe("Waits before each further attempt; left out: the usual ones."),
  maxAge: durationMs({ minMs: 60_000, maxMs: 30 * DAY_MS })
    .nullish()
    .describe(
      "A delivery older than this is not tried again. The time that its target was paused does not count.",
    ),
});

const limits = z.strictObject({
  concurrency: z
    .int()
    .min(1)
    .max(256)
    .nullish()
    .describe("How many are sent at a time; as many as the installation allows when left out."),
  perSecond: perSecond.nullish().describe("How many are sent a second; no limit when left out."),
});

const order = z.enum(["none", "subject"]);
const onRejected = z.enum(["skip", "block"]);

const settle = z.strictObject({
  for: durationMs({ minMs: 1_000, maxMs: 7 * DAY_MS }).describe("How long: from 1 s to 7 days."),
});

const fields = {
  name,
  enabled: z
    .boolean()
    .describe("False: events match nothing, and what happens meanwhile is never sent. A pause keeps it."),
  eventTypes: z
    .array(eventTypeChoice)
    .min(1)
    .max(50)
    .describe(
      '`["*"]` is every type but those that begin with `stellwerk.`: those tell what happens to deliveries themselves, and are named one by one.',
    ),
  when: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe(
      'Which events of these types: `{ "website.status": { "$in": ["Creation", "Done"] } }`. Null: all of them. Operators are in the guide to rules.',
    ),
  action: z.string().min(1).max(200),
  connectionId: idParameter("con"),
  input: z
    .record(z.string(), z.unknown())
    .describe(
      "What the action asks for: values, or what is taken from the event (`$path`, `$text`, `$map`).",
    ),
  order: order.describe(
    "`subject`: deliveries about one subject go out one at a time in the order of their events, over all subscriptions of the same connection that say so. What is about no subject is in no order.",
  ),
  onRejected: onRejected.describe(
    'With `order: "subject"`, what follows one that is given up: `skip`, the next one of its subject goes out; `block`, it is held and the others wait until somebody runs it again or cancels it.',
  ),
  settle: settle
    .nullable()
    .describe(
      "Waits this long before it sends, and sends nothing when the change was taken back meanwhile: a newer event returned the subject to this event's `previousStatus`, and none re-entered its status. While it waits it goes first in its subject's order.",
    ),
  retry: retry.nullable(),
  limits: limits.nullable(),
};

export const newSubscription = z
  .strictObject({
    ...fields,
    enabled: fields.enabled.default(true),
    connectionId: fields.connectionId.optional(),
    connection: connectionDraft.optional(),
    when: fields.when.default(null),
    input: fields.input.default({}),
    order: fields.order.default("none"),
    onRejected: fields.onRejected.default("skip"),
    settle: fields.settle.default(null),
    retry: fields.retry.default(null),
    limits: fields.limits.default(null),
  })
  .superRefine((value, context) => {
    if ((value.connectionId === undefined) === (value.connection === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["connectionId"],
        message: "give either `connectionId` or `connection`",
        params: { expected: "one of the two", received: value.connection === undefined ? "neither" : "both" },
      });
    }
  });

export const subscriptionChange = z.strictObject(fields).partial();

const warning = z.strictObject({
  path: z.string(),
  message: z.string(),
  fix: z.string().nullable().describe("What may have been meant; null when nobody knows."),
});

export function showWarning({ path, message, fix }: FieldProblem): z.output<typeof warning> {
  return { path, message, fix: fix ?? null };
}

export const subscription = z
  .strictObject({
    id: idAnswer("sub"),
    name: z.string(),
    enabled: z.boolean(),
    eventTypes: z.array(z.string()),
    when: z.record(z.string(), z.unknown()).nullable().describe("Null: every event of its types."),
    action: z.string(),
    connectionId: idAnswer("con"),
    input: z.record(z.string(), z.unknown()),
    order,
    onRejected,
    settle: z.strictObject({ for: z.string() }).nullable().describe("Null: it sends at once."),
    retry: z.strictObject({
      schedule: z.array(z.string()).describe("Waits before each further attempt."),
      maxAge: z.string().nullable().describe("Null: the schedule decides when it is given up."),
    }),
    limits: z
      .strictObject({ concurrency: z.int().nullable(), perSecond: z.number().nullable() })
      .describe("Null: what the installation allows."),
    paused: paused.nullable().describe("Null: it is not paused."),
    catchUp: catchUp.nullable().describe("Since a resume, until what waited is dealt with; else null."),
    health: health.describe("How its target does."),
    version,
    createdAt: time,
  })
  .meta({ id: "Subscription" });

/** Looked at alone, it also says how much waits. */
export const oneSubscription = subscription.extend({ waiting }).meta({ id: "OneSubscription" });

/** After a write: what was saved and is worth a second look. */
export const savedSubscription = subscription
  .extend({ warnings: z.array(warning).describe("What is worth a second look.") })
  .meta({ id: "SavedSubscription" });

/** `connection` is there when it was made in the same call, with its signing secret. */
export const madeSubscription = savedSubscription
  .extend({ connection: newConnection.optional() })
  .meta({ id: "MadeSubscription" });

export function showSubscription(row: SubscriptionRow, language: Language): z.output<typeof subscription> {
  return {
    id: formatId("sub", row.id),
    name: row.name,
    enabled: row.enabled,
    eventTypes: [...row.eventTypes],
    when: row.condition as Record<string, unknown> | null,
    action: row.action,
    connectionId: formatId("con", row.connectionId),
    input: row.input as Record<string, unknown>,
    order: row.ordered ? "subject" : "none",
    onRejected: row.onRejected,
    settle: row.settleMs === null ? null : { for: formatDuration(row.settleMs) },
    retry: {
      schedule: (row.retryScheduleMs ?? DEFAULT_SCHEDULE_MS).map(formatDuration),
      maxAge: row.maxAgeMs === null ? null : formatDuration(row.maxAgeMs),
    },
    limits: { concurrency: row.concurrency, perSecond: row.perSecond },
    paused: showPause(row, language),
    catchUp: showCatchUp(row),
    health: showHealth(row),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
  };
}

/** What of its order makes no sense. */
export function checkOrder(rule: Pick<SubscriptionRow, "ordered" | "onRejected">): FieldProblem[] {
  if (rule.ordered || rule.onRejected === "skip") return [];
  return [
    {
      path: "onRejected",
      message: "`block` needs an order: without one nothing waits for another",
      expected: '`order: "subject"`, or `onRejected: "skip"`',
      received: '`order: "none"`',
    },
  ];
}
