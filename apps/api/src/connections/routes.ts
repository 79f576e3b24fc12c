/** Connections: an account's credentials and settings for a connector. */
import { parseConnection, type Problem } from "@stellwerk/connector-kit";
import {
  type ConnectionRow,
  deleteConnection,
  listConnections,
  type Queryable,
  raiseRevision,
  resumeConnection,
  resumeMendedSubscriptions,
  subscriptionsUsingConnection,
  updateConnection,
} from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration, createOnce } from "../changes.ts";
import { conflict, invalidRequest } from "../errors.ts";
import { listAnswer, listSchema, pageQuery, readCursor } from "../http/cursor.ts";
import { name } from "../http/fields.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf } from "../http/language.ts";
import { defineRoute } from "../http/route.ts";
import { checkIfMatch, etagOf, type IfMatch } from "../http/version.ts";
import type { Services } from "../services.ts";
import {
  checkConnectionDraft,
  completeSecrets,
  connection,
  connectionDraft,
  createConnection,
  newConnection,
  requireChecked,
  showConnection,
  showNewConnection,
} from "./connection.ts";
import { fieldChoicesRoute } from "./field-choices.ts";
import { inboxRoute } from "./inbox.ts";
import { oauthRoutes } from "./oauth.ts";
import { publicKeysRoute } from "./public-keys.ts";
import { movedCredentials } from "./moved-credentials.ts";
import { requireConnection } from "./require-connection.ts";
import { endOverlapRoute, rotateSecretRoute } from "./rotate-secret.ts";
import { connectorOf, revealableSecrets, sealSecrets, tryOpenSecrets } from "./secrets.ts";
import { connectionPauseRoutes } from "./pause-routes.ts";
import { testConnectionRoutes } from "./test-connection.ts";

const params = z.strictObject({ id: idParameter("con") });
const anyObject = z.record(z.string(), z.unknown());

async function connectionToChange(tx: Queryable, accountId: string, id: string, ifMatch: IfMatch) {
  const row = await requireConnection(tx, accountId, id);
  checkIfMatch(ifMatch, row.version);
  return row;
}

/** Before the transaction, because a name may have to be resolved for it. */
async function refuseTargets(
  settings: Readonly<Record<string, unknown>> | undefined,
  accountId: string,
  id: string,
  { db, connectors, targets }: Pick<Services, "db" | "connectors" | "targets">,
): Promise<readonly Problem[]> {
  if (settings === undefined) return [];
  const connector = connectorOf(await requireConnection(db, accountId, id), connectors);
  return connector === undefined ? [] : targets.problemsOf(connector, settings);
}

export const connectionRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/connections",
    operation: "listConnections",
    summary: "The account's connections.",
    description: "Newest first, with settings and without secrets.",
    scope: "read",
    problems: [],
    query: z.strictObject(pageQuery),
    answer: { status: 200, description: "A page of connections.", schema: listSchema(connection) },
    async handle({ route, query, accountId, headers }, services) {
      const identity = { list: route, filter: [accountId] };
      const before = readCursor(identity, query.cursor);
      const rows = await listConnections(services.db, accountId, { before, limit: query.limit });
      const show = (row: ConnectionRow) => showConnection(row, services, languageOf(headers));
      return { body: listAnswer(identity, rows, query.limit, (row) => row.id, show) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/connections",
    operation: "createConnection",
    summary: "Makes a connection. Secrets that we made for it, such as a signing secret, are in this answer.",
    description: "`settings` and `secrets` are what the connector asks for, see `/v1/connectors`.",
    scope: "manage",
    problems: ["conflict"],
    creates: true,
    body: connectionDraft,
    answer: {
      status: 201,
      description: "The connection, with the secrets that may be shown.",
      etag: true,
      schema: newConnection,
    },
    async handle(request, services) {
      const { accountId, body } = request;
      const checked = requireChecked(await checkConnectionDraft(body, services, ""));
      const { id } = await createOnce(services, request, async (tx, newId) => {
        await raiseRevision(tx, accountId);
        await createConnection(tx, accountId, newId, checked, services.sealer);
      });
      const row = await requireConnection(services.db, accountId, id);
      return { body: showNewConnection(row, services), headers: { etag: etagOf(row.version) } };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/connections/{id}",
    operation: "getConnection",
    summary: "One connection.",
    description: "With its settings and without its secrets.",
    scope: "read",
    problems: [],
    params,
    answer: { status: 200, description: "The connection.", etag: true, schema: connection },
    async handle({ params: { id }, accountId, headers }, services) {
      const row = await requireConnection(services.db, accountId, id);
      const body = showConnection(row, services, languageOf(headers));
      return { body, headers: { etag: etagOf(row.version) } };
    },
  }),
  defineRoute({
    method: "PATCH",
    path: "/v1/connections/{id}",
    operation: "updateConnection",
    summary:
      "Changes a connection. Settings are replaced as a whole, secrets one by one; null takes a secret away.",
    description:
      "What is left out stays as it is, but credentials go to no other host than the one they were given for: with an address on another one they are sent again, or null. Retries of waiting deliveries use the new settings. New settings or secrets let go on what Stellwerk stopped, the connection and its subscriptions; what a person paused stays paused.",
    scope: "manage",
    problems: ["conflict"],
    ifMatch: true,
    params,
    body: z.strictObject({
      name: name.optional(),
      settings: anyObject.optional(),
      secrets: anyObject.optional(),
    }),
    answer: { status: 200, description: "The connection as it is now.", etag: true, schema: connection },
    async handle({ params: { id }, body, accountId, ifMatch }, services) {
      const refused = await refuseTargets(body.settings, accountId, id, services);
      await changeConfiguration(services, accountId, async (tx) => {
        const row = await connectionToChange(tx, accountId, id, ifMatch);
        const connector = connectorOf(row, services.connectors);
        if (connector === undefined) {
          throw conflict(
            `This installation has no connector ${row.connector} any more; the connection cannot change`,
          );
        }
        const given = body.secrets ?? {};
        const settings = body.settings ?? row.settings;
        const before = { settings: row.settings, secrets: tryOpenSecrets(row, services.sealer) ?? {} };
        const merged = Object.entries({ ...before.secrets, ...given });
        const secrets = Object.fromEntries(merged.filter(([, value]) => value !== null));
        const parsed = parseConnection(connector, { settings, secrets });
        const moved = movedCredentials(connector, { before, settings, given });
        if (!parsed.ok || refused.length > 0 || moved.length > 0) {
          throw invalidRequest([...(parsed.ok ? [] : parsed.problems), ...refused, ...moved]);
        }
        const changed = completeSecrets(connector, parsed.value);
        await updateConnection(tx, accountId, {
          id,
          version: row.version,
          name: body.name ?? row.name,
          settings: changed.settings,
          secretsSealed: sealSecrets(id, changed.secrets, services.sealer),
        });
        if (body.settings === undefined && body.secrets === undefined) return;
        await resumeConnection(tx, accountId, id, { onlyStopped: true });
        await resumeMendedSubscriptions(tx, accountId, { connectionId: id });
      });
      const row = await requireConnection(services.db, accountId, id);
      return { body: showConnection(row, services), headers: { etag: etagOf(row.version) } };
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/connections/{id}",
    operation: "deleteConnection",
    summary: "Deletes a connection that no subscription uses, and its secrets.",
    description: "One that a subscription uses stays; the answer names those subscriptions.",
    scope: "manage",
    problems: ["conflict"],
    ifMatch: true,
    params,
    answer: { status: 204, description: "It is gone." },
    async handle({ params: { id }, accountId, ifMatch }, services) {
      await changeConfiguration(services, accountId, async (tx) => {
        const row = await connectionToChange(tx, accountId, id, ifMatch);
        const users = await subscriptionsUsingConnection(tx, accountId, id);
        if (users.length > 0) {
          const names = users.map((each) => `“${each.name}”`).join(", ");
          throw conflict(
            `The connection is used by ${names}; delete those subscriptions or give them another one`,
          );
        }
        await deleteConnection(tx, accountId, { id, version: row.version });
      });
      return {};
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/connections/{id}/reveal",
    operation: "revealConnectionSecrets",
    summary: "Shows the secrets that may be shown again, such as a webhook's signing secret.",
    description:
      "Only those that the connector allows to be shown: a webhook's signing secret is needed where it is checked, an access token is needed nowhere else.",
    scope: "manage",
    problems: ["conflict"],
    params,
    answer: {
      status: 200,
      description: "The secrets by name.",
      schema: z.strictObject({ secrets: z.record(z.string(), z.unknown()) }),
    },
    async handle({ params: { id }, accountId }, services) {
      const row = await requireConnection(services.db, accountId, id);
      return { body: { secrets: revealableSecrets(row, services) } };
    },
  }),
  rotateSecretRoute,
  endOverlapRoute,
  ...testConnectionRoutes,
  fieldChoicesRoute,
  ...oauthRoutes,
  inboxRoute,
  publicKeysRoute,
  ...connectionPauseRoutes,
];
