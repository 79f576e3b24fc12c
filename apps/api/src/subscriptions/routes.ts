/** Subscriptions: which events lead to which action over which connection. */
import {
  deleteSubscription,
  findConnection,
  findSubscription,
  listSubscriptions,
  type Queryable,
  raiseRevision,
  type SubscriptionRow,
  updateSubscription,
} from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration, createOnce } from "../changes.ts";
import { showNewConnection } from "../connections/connection.ts";
import { notFound } from "../errors.ts";
import { listAnswer, listSchema, pageQuery, readCursor } from "../http/cursor.ts";
import { idParameter } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";
import { checkIfMatch, etagOf } from "../http/version.ts";
import { checkSubscriptionDraft, createSubscription, requireUsable } from "./create-subscription.ts";
import {
  madeSubscription,
  newSubscription,
  savedSubscription,
  showSubscription,
  subscription,
  subscriptionChange,
  warnAboutTypes,
} from "./subscription.ts";

const params = z.strictObject({ id: idParameter("sub") });

async function requireSubscription(db: Queryable, accountId: string, id: string): Promise<SubscriptionRow> {
  const row = await findSubscription(db, accountId, id);
  if (row === undefined) throw notFound("There is no subscription with this id");
  return row;
}

export const subscriptionRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/subscriptions",
    summary: "The account's subscriptions.",
    scope: "read",
    query: z.strictObject(pageQuery),
    answer: { status: 200, schema: listSchema(subscription) },
    async handle({ route, query, accountId }, { db }) {
      const identity = { list: route, filter: [accountId] };
      const before = readCursor(identity, query.cursor);
      const rows = await listSubscriptions(db, accountId, { before, limit: query.limit });
      return { body: listAnswer(identity, rows, query.limit, (row) => row.id, showSubscription) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/subscriptions",
    summary: "Makes a subscription; with `connection` it makes that too, and shows its signing secret.",
    scope: "manage",
    creates: true,
    body: newSubscription,
    answer: { status: 201, schema: madeSubscription },
    async handle(request, services) {
      const { accountId, body } = request;
      const inline = checkSubscriptionDraft(body, services);
      const { id } = await createOnce(services, request, async (tx, newId) => {
        const revision = await raiseRevision(tx, accountId);
        await createSubscription(tx, accountId, revision, newId, body, inline, services);
      });
      const row = await requireSubscription(services.db, accountId, id);
      const made = inline && (await findConnection(services.db, accountId, row.connectionId));
      return {
        body: {
          ...showSubscription(row),
          ...(made && { connection: showNewConnection(made, services) }),
          warnings: await warnAboutTypes(services.db, accountId, row.eventTypes),
        },
        headers: { etag: etagOf(row.version) },
      };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/subscriptions/{id}",
    summary: "One subscription.",
    scope: "read",
    params,
    answer: { status: 200, schema: subscription },
    async handle({ params: { id }, accountId }, { db }) {
      const row = await requireSubscription(db, accountId, id);
      return { body: showSubscription(row), headers: { etag: etagOf(row.version) } };
    },
  }),
  defineRoute({
    method: "PATCH",
    path: "/v1/subscriptions/{id}",
    summary: "Changes a subscription. Deliveries that wait keep the version that matched.",
    scope: "manage",
    params,
    body: subscriptionChange,
    answer: { status: 200, schema: savedSubscription },
    async handle({ params: { id }, body, accountId, ifMatch }, services) {
      await changeConfiguration(services, accountId, async (tx, revision) => {
        const row = await requireSubscription(tx, accountId, id);
        checkIfMatch(ifMatch, row.version);
        const rule = {
          name: body.name ?? row.name,
          enabled: body.enabled ?? row.enabled,
          connectionId: body.connectionId ?? row.connectionId,
          eventTypes: [...new Set(body.eventTypes ?? row.eventTypes)],
          action: body.action ?? row.action,
          input: body.input ?? row.input,
          retryScheduleMs: body.retry === undefined ? row.retryScheduleMs : (body.retry?.schedule ?? null),
        };
        // Turning a rule off must work even when its connector is gone.
        const isRuleChanged = ["connectionId", "action", "input"].some((field) => Object.hasOwn(body, field));
        if (isRuleChanged) await requireUsable(tx, accountId, rule.connectionId, rule, services);
        await updateSubscription(tx, accountId, revision, { ...rule, id, version: row.version });
      });
      const row = await requireSubscription(services.db, accountId, id);
      const warnings = await warnAboutTypes(services.db, accountId, row.eventTypes);
      return { body: { ...showSubscription(row), warnings }, headers: { etag: etagOf(row.version) } };
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/subscriptions/{id}",
    summary: "Deletes a subscription; its deliveries stay in the log.",
    scope: "manage",
    params,
    answer: { status: 204 },
    async handle({ params: { id }, accountId, ifMatch }, services) {
      await changeConfiguration(services, accountId, async (tx, revision) => {
        const row = await requireSubscription(tx, accountId, id);
        checkIfMatch(ifMatch, row.version);
        await deleteSubscription(tx, accountId, revision, row);
      });
      return {};
    },
  }),
];
