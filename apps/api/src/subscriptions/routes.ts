/** Subscriptions: which events lead to which action over which connection. */
import { partitionFor } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import {
  countWaitingDeliveries,
  deleteSubscription,
  releaseHeld,
  findConnection,
  listSubscriptions,
  raiseRevision,
  resumeMendedSubscriptions,
  type SubscriptionRow,
  updateSubscription,
} from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration, createOnce } from "../changes.ts";
import { showNewConnection } from "../connections/connection.ts";
import { listAnswer, listSchema, pageQuery, readCursor } from "../http/cursor.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { checkIfMatch, etagOf } from "../http/version.ts";
import { invalidRequest } from "../errors.ts";
import { unseenTypes } from "./check-rule.ts";
import { checkSubscriptionDraft, createSubscription, requireUsable } from "./create-subscription.ts";
import { MOST_COUNTED, showWaiting } from "./health.ts";
import { subscriptionPauseRoutes } from "./pause-routes.ts";
import { tryRoutes } from "./try-routes.ts";
import { requireSubscription } from "./require-subscription.ts";
import {
  checkOrder,
  madeSubscription,
  newSubscription,
  oneSubscription,
  savedSubscription,
  showSubscription,
  showWarning,
  subscription,
  subscriptionChange,
} from "./subscription.ts";

const params = z.strictObject({ id: idParameter("sub") });

/** Fields that say together what is sent where. */
const RULE = ["eventTypes", "when", "connectionId", "action", "input"];

export const subscriptionRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/subscriptions",
    operation: "listSubscriptions",
    summary: "The account's subscriptions.",
    description: "Newest first.",
    scope: "read",
    problems: [],
    query: z.strictObject(pageQuery),
    answer: { status: 200, description: "A page of subscriptions.", schema: listSchema(subscription) },
    async handle({ route, query, accountId, headers }, { db }) {
      const show = (row: SubscriptionRow) => showSubscription(row, languageOf(headers));
      const identity = { list: route, filter: [accountId] };
      const before = readCursor(identity, query.cursor);
      const rows = await listSubscriptions(db, accountId, { before, limit: query.limit });
      return { body: listAnswer(identity, rows, query.limit, (row) => row.id, show) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions",
    operation: "createSubscription",
    summary: "Makes a subscription; with `connection` it makes that too, and shows its signing secret.",
    description:
      '`eventTypes: ["*"]` is every type. Give `connectionId` of a connection that is there, or `connection` to make one in the same call. `warnings` names what was saved and may be a slip of the pen.',
    scope: "manage",
    problems: ["conflict"],
    creates: true,
    body: newSubscription,
    answer: {
      status: 201,
      description: "The subscription, and the connection when it was made with it.",
      etag: true,
      schema: madeSubscription,
    },
    async handle(request, services) {
      const { accountId, body } = request;
      const { inline, warnings } = await checkSubscriptionDraft(body, accountId, services);
      const { id } = await createOnce(services, request, async (tx, newId) => {
        const revision = await raiseRevision(tx, accountId);
        await createSubscription(tx, accountId, revision, newId, body, inline, services);
      });
      const row = await requireSubscription(services.db, accountId, id);
      const made = inline && (await findConnection(services.db, accountId, row.connectionId));
      return {
        body: {
          ...showSubscription(row, languageOf(request.headers)),
          ...(made && { connection: showNewConnection(made, services) }),
          warnings: warnings.map(showWarning),
        },
        headers: { etag: etagOf(row.version) },
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/subscriptions/{id}",
    operation: "getSubscription",
    summary: "One subscription.",
    description:
      "With its version, which a change sends back as `If-Match`, how its target does and how many deliveries wait for it.",
    scope: "read",
    problems: [],
    params,
    answer: { status: 200, description: "The subscription.", etag: true, schema: oneSubscription },
    async handle({ params: { id }, accountId, headers }, { db, partitions }) {
      const row = await requireSubscription(db, accountId, id);
      const partition = partitionFor(formatId("acc", accountId), partitions);
      const count = await countWaitingDeliveries(db, { partition, subscriptionId: id }, MOST_COUNTED);
      return {
        body: { ...showSubscription(row, languageOf(headers)), waiting: showWaiting(count) },
        headers: { etag: etagOf(row.version) },
      };
    },
  }),
  defineRoute({
    method: "PATCH",
    path: "/v1/subscriptions/{id}",
    operation: "updateSubscription",
    summary: "Changes a subscription. Deliveries that wait keep the version that matched.",
    description:
      "What is left out stays as it is; `retry: null` is the usual schedule again, `limits: null` what the installation allows, `settle: null` no waiting. Every change makes a new version. A new `action`, `input` or `connectionId` lets a subscription go on that Stellwerk stopped; what a person paused stays paused. What waited because the rule was set up wrongly is sent with the new input.",
    scope: "manage",
    problems: [],
    ifMatch: true,
    params,
    body: subscriptionChange,
    answer: {
      status: 200,
      description: "The subscription as it is now.",
      etag: true,
      schema: savedSubscription,
    },
    async handle({ params: { id }, body, accountId, headers, ifMatch }, services) {
      const warnings = await changeConfiguration(services, accountId, async (tx, revision) => {
        const row = await requireSubscription(tx, accountId, id);
        checkIfMatch(ifMatch, row.version);
        const rule = {
          name: body.name ?? row.name,
          enabled: body.enabled ?? row.enabled,
          connectionId: body.connectionId ?? row.connectionId,
          eventTypes: [...new Set(body.eventTypes ?? row.eventTypes)],
          action: body.action ?? row.action,
          input: body.input ?? row.input,
          condition: body.when === undefined ? row.condition : body.when,
          ...(body.retry === undefined
            ? { retryScheduleMs: row.retryScheduleMs, maxAgeMs: row.maxAgeMs }
            : { retryScheduleMs: body.retry?.schedule ?? null, maxAgeMs: body.retry?.maxAge ?? null }),
          ...(body.limits === undefined
            ? { concurrency: row.concurrency, perSecond: row.perSecond }
            : {
                concurrency: body.limits?.concurrency ?? null,
                perSecond: body.limits?.perSecond ?? null,
              }),
          ordered: body.order === undefined ? row.ordered : body.order === "subject",
          onRejected: body.onRejected ?? row.onRejected,
          settleMs: body.settle === undefined ? row.settleMs : (body.settle?.for ?? null),
        };
        const problems = checkOrder(rule);
        if (problems.length > 0) throw invalidRequest(problems);
        // Turning a rule off must work even when its connector is gone.
        const isRuleChanged = RULE.some((field) => Object.hasOwn(body, field));
        const checked = { ...rule, when: rule.condition };
        const doubts = isRuleChanged
          ? await requireUsable(tx, accountId, rule.connectionId, checked, services)
          : [];
        await updateSubscription(tx, accountId, revision, { ...rule, id, version: row.version });
        if (isRuleChanged) await resumeMendedSubscriptions(tx, accountId, { subscriptionId: id });
        return [...(await unseenTypes(tx, accountId, rule.eventTypes)), ...doubts];
      });
      const row = await requireSubscription(services.db, accountId, id);
      return {
        body: { ...showSubscription(row, languageOf(headers)), warnings: warnings.map(showWarning) },
        headers: { etag: etagOf(row.version) },
      };
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/subscriptions/{id}",
    operation: "deleteSubscription",
    summary: "Deletes a subscription; its deliveries stay in the log.",
    description:
      "Deliveries that wait, or are held, are not sent any more: they end as `dead`, with the reason `subscription_deleted`.",
    scope: "manage",
    problems: [],
    ifMatch: true,
    params,
    answer: { status: 204, description: "It is gone." },
    async handle({ params: { id }, accountId, ifMatch }, services) {
      await changeConfiguration(services, accountId, async (tx, revision) => {
        const row = await requireSubscription(tx, accountId, id);
        checkIfMatch(ifMatch, row.version);
        await deleteSubscription(tx, accountId, revision, row);
        const partition = partitionFor(formatId("acc", accountId), services.partitions);
        await releaseHeld(tx, { accountId, subscriptionId: id, partition });
      });
      return {};
    },
  }),
  ...subscriptionPauseRoutes,
  ...tryRoutes,
];
