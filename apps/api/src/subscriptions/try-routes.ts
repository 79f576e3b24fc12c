/** Trying a rule, saved or not: looking at what it would send, and sending one for real. */
import type { IncomingHttpHeaders } from "node:http";
import { partitionFor } from "@stellwerk/bus";
import { deliveryIdOf, formatId, newUuid } from "@stellwerk/delivery";
import { readEvent } from "@stellwerk/events";
import {
  type DeliveryRow,
  findDelivery,
  insertTriedEvent,
  listAttempts,
  makeTrial,
  type Queryable,
  raiseRevision,
  requestDelivery,
  type SubscriptionRow,
} from "@stellwerk/store";
import { z } from "zod";
import { createOnce } from "../changes.ts";
import { requireConnection } from "../connections/require-connection.ts";
import { tryOpenSecrets } from "../connections/secrets.ts";
import { attempt, delivery, showAttempt, showDelivery } from "../deliveries/delivery.ts";
import { repeatableActions } from "../deliveries/repeatable-actions.ts";
import { idParameter } from "../http/ids.ts";
import { type Language, languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import type { Services } from "../services.ts";
import { type ChosenEvent, chooseEvent, eventChoice } from "./chosen-event.ts";
import {
  checkSubscriptionDraft,
  createSubscription,
  requireUsable,
  type SubscriptionDraft,
} from "./create-subscription.ts";
import { preview, previewRule } from "./preview.ts";
import { requireSubscription } from "./require-subscription.ts";
import { newSubscription } from "./subscription.ts";

const ofOne = z.strictObject({ id: idParameter("sub") });
const draft = newSubscription.describe("As it would be saved; nothing of it is.");

const tried = delivery
  .extend({ attempts: z.array(attempt) })
  .describe("As far as it was when the time was up; look at it again with its id.");

const WAIT_SECONDS = 10;
const wait = z
  .number()
  .min(0)
  .max(20)
  .default(WAIT_SECONDS)
  .describe("How long to wait for its first attempt, in seconds.");
const LOOK_MS = 100;

export const tryRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions/{id}/preview",
    operation: "previewSubscription",
    summary: "What a subscription would send for an event, and why, or why not.",
    description:
      "Nothing is sent. With `eventId` an event of the account, with `sample` one of the catalogue, with `data` one that is made up; with none of them the newest event of its types, or a sample where none has come yet.",
    scope: "read",
    problems: [],
    params: ofOne,
    body: z.strictObject(eventChoice).default({}),
    answer: { status: 200, description: "What would be sent.", schema: preview },
    async handle({ params: { id }, body, accountId, headers }, services) {
      const row = await requireSubscription(services.db, accountId, id);
      const chosen = await chooseEvent(services.db, accountId, body, row.eventTypes);
      const connection = await requireConnection(services.db, accountId, row.connectionId);
      const of = {
        rule: { ...row, when: row.condition },
        settings: connection.settings,
        secrets: tryOpenSecrets(connection, services.sealer) ?? {},
        key: formatId("dlv", deliveryIdOf(chosen.id ?? newUuid(), id)),
        isPaused: row.pausedReason !== null || connection.pausedReason !== null,
      };
      return { body: previewRule(of, chosen, services, languageOf(headers)) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions/preview",
    operation: "previewSubscriptionDraft",
    summary: "What a rule that is not saved yet would send for an event, and why, or why not.",
    description: "Nothing is sent and nothing is kept. The event is chosen as for a saved one.",
    scope: "manage",
    problems: [],
    body: z.strictObject({ subscription: draft, ...eventChoice }),
    answer: { status: 200, description: "What would be sent.", schema: preview },
    async handle({ body: { subscription, ...choice }, accountId, headers }, services) {
      const { db } = services;
      const { inline } = await checkSubscriptionDraft(subscription, accountId, services);
      const { settings, secrets } = inline ?? (await savedConnection(db, accountId, subscription, services));
      const chosen = await chooseEvent(db, accountId, choice, subscription.eventTypes);
      const key = formatId("dlv", newUuid());
      const previewed = { rule: subscription, settings, secrets, key };
      return { body: previewRule(previewed, chosen, services, languageOf(headers)) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions/{id}/test",
    operation: "testSubscription",
    summary: "Sends one for real: an event of the account, or a sample, whatever the condition says.",
    description:
      "It is a delivery like any other, in the log with its attempts, and goes to this subscription alone. The event is chosen as for a preview. A subscription that is paused holds it.",
    scope: "manage",
    problems: [],
    creates: true,
    params: ofOne,
    body: z.strictObject({ ...eventChoice, wait }).default({ wait: WAIT_SECONDS }),
    answer: { status: 201, description: "The delivery.", schema: tried },
    async handle(request, services) {
      const { params, body, accountId } = request;
      const { wait: waitSeconds, ...choice } = body;
      const row = await requireSubscription(services.db, accountId, params.id);
      const chosen = await chooseEvent(services.db, accountId, choice, row.eventTypes);
      const { id } = await createOnce(services, request, (tx, newId) =>
        send(tx, newId, row, chosen, request, services),
      );
      return { body: await watch(id, waitSeconds, request, services) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions/test",
    operation: "testSubscriptionDraft",
    summary: "Sends one for real with a rule that is not saved yet.",
    description:
      "For it the draft becomes a subscription that is in no list and matches nothing, with the connection if it brings one; an hour later both are gone. The delivery stays in the log.",
    scope: "manage",
    problems: [],
    creates: true,
    body: z.strictObject({ subscription: draft, ...eventChoice, wait }),
    answer: { status: 201, description: "The delivery.", schema: tried },
    async handle(request, services) {
      const { body, accountId } = request;
      const { subscription, wait: waitSeconds, ...choice } = body;
      const { inline } = await checkSubscriptionDraft(subscription, accountId, services);
      const chosen = await chooseEvent(services.db, accountId, choice, subscription.eventTypes);
      const { id } = await createOnce(services, request, async (tx, newId) => {
        const revision = await raiseRevision(tx, accountId);
        const subscriptionId = newUuid();
        const off = { ...subscription, enabled: false };
        const connectionId = await createSubscription(
          tx,
          accountId,
          revision,
          subscriptionId,
          off,
          inline,
          services,
        );
        const made = inline === undefined ? undefined : connectionId;
        await makeTrial(tx, accountId, { subscriptionId, connectionId: made });
        const row = await requireSubscription(tx, accountId, subscriptionId);
        await send(tx, newId, row, chosen, request, services);
      });
      return { body: await watch(id, waitSeconds, request, services) };
    },
  }),
];

interface Asked {
  readonly accountId: string;
  readonly headers: IncomingHttpHeaders;
}

/** Of a draft that brings none: one of the account's, and one for its action. */
async function savedConnection(
  db: Queryable,
  accountId: string,
  { connectionId = "", eventTypes, when, action, input }: SubscriptionDraft,
  services: Services,
) {
  await requireUsable(db, accountId, connectionId, { eventTypes, when, action, input }, services);
  const row = await requireConnection(db, accountId, connectionId);
  return { settings: row.settings, secrets: tryOpenSecrets(row, services.sealer) ?? {} };
}

/** What is none of the account's events becomes one, for this subscription alone. */
async function send(
  tx: Queryable,
  id: string,
  row: SubscriptionRow,
  chosen: ChosenEvent,
  { accountId }: Asked,
  { partitions, connectors }: Services,
): Promise<void> {
  const eventId = chosen.id ?? newUuid();
  if (chosen.id === undefined) {
    const { type, body } = chosen;
    const { subject = null, title = null, domain = null } = readEvent(chosen.context.data, type);
    await insertTriedEvent(tx, {
      id: eventId,
      accountId,
      type,
      subject,
      title,
      domain,
      body,
      onlyFor: row.id,
    });
  }
  await requestDelivery(tx, {
    id,
    accountId,
    eventId,
    subscriptionId: row.id,
    subscriptionVersion: row.version,
    connectionId: row.connectionId,
    key: id,
    partition: partitionFor(formatId("acc", accountId), partitions),
    marksStart: !repeatableActions(connectors).includes(row.action),
  });
}

/** Until its first attempt is over, it is held, or the time is up. */
async function watch(
  id: string,
  waitSeconds: number,
  { accountId, headers }: Asked,
  services: Services,
): Promise<z.output<typeof tried>> {
  const untilMs = performance.now() + waitSeconds * 1_000;
  const look = async (): Promise<DeliveryRow> => {
    for (;;) {
      const row = await findDelivery(services.db, accountId, id);
      if (row === undefined) throw new Error("a delivery that was just made is not there");
      if (row.finishedAt !== null || row.state === "held" || row.attempts > 0) return row;
      if (services.isStopping() || performance.now() >= untilMs) return row;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const row = await services.vendorCalls.within({ headers }, (countFor) => {
    countFor(accountId);
    return look();
  });
  return show(row, await listAttempts(services.db, accountId, id), languageOf(headers));
}

function show(
  row: DeliveryRow,
  attempts: Parameters<typeof showAttempt>[0][],
  language: Language,
): z.output<typeof tried> {
  return { ...showDelivery(row, language), attempts: attempts.map(showAttempt) };
}
