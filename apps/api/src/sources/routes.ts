/** Sources: hook URLs to give to a platform. */
import { newUuid } from "@stellwerk/delivery";
import {
  deleteSource,
  findSource,
  findSourceKeyHolder,
  listSources,
  type Queryable,
  raiseRevision,
  rotateSourceToken,
  type SourceRow,
  updateSource,
} from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration, claimKey, createOnce } from "../changes.ts";
import { notFound } from "../errors.ts";
import { type Caller, hasScope } from "../http/authenticate.ts";
import { listAnswer, listSchema, pageQuery, readCursor } from "../http/cursor.ts";
import { durationMs } from "../http/duration.ts";
import { name, webAddress } from "../http/fields.ts";
import { idParameter } from "../http/ids.ts";
import { type Answer, defineRoute } from "../http/route.ts";
import { checkIfMatch, etagOf, type IfMatch } from "../http/version.ts";
import type { Services } from "../services.ts";
import { rejectedBodiesRoute } from "./rejected-bodies.ts";
import { createSource, keyTaken, makeToken, showSource, source, sourceKey, sourceKind } from "./source.ts";

const params = z.strictObject({ id: idParameter("src") });
const HOUR_MS = 3_600_000;
const MAX_OVERLAP_MS = 30 * 24 * HOUR_MS;

async function answerSource(
  services: Services,
  accountId: string,
  id: string,
  caller: Caller,
): Promise<Answer> {
  const row = await findSource(services.db, accountId, id);
  if (row === undefined) throw unknownSource();
  return {
    body: showSource(row, services, hasScope(caller, "manage")),
    headers: { etag: etagOf(row.version) },
  };
}

function unknownSource() {
  return notFound("There is no source with this id");
}

async function sourceToChange(
  tx: Queryable,
  accountId: string,
  id: string,
  ifMatch: IfMatch,
): Promise<SourceRow> {
  const row = await findSource(tx, accountId, id);
  if (row === undefined) throw unknownSource();
  checkIfMatch(ifMatch, row.version);
  return row;
}

export const sourceRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/sources",
    operation: "listSources",
    summary: "The account's sources.",
    description: "Newest first. Hook URLs are shown to keys that may manage.",
    scope: "read",
    problems: ["conflict"],
    query: z.strictObject(pageQuery),
    answer: { status: 200, description: "A page of sources.", schema: listSchema(source) },
    async handle({ route, query, accountId, caller }, services) {
      const identity = { list: route, filter: [accountId] };
      const before = readCursor(identity, query.cursor);
      const rows = await listSources(services.db, accountId, { before, limit: query.limit });
      const withHookUrl = hasScope(caller, "manage");
      const show = (row: SourceRow) => showSource(row, services, withHookUrl);
      return { body: listAnswer(identity, rows, query.limit, (row) => row.id, show) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/sources",
    operation: "createSource",
    summary: "Makes a source; its answer has the hook URL to give to the platform.",
    description:
      "`key` is short and stands in business keys in other systems; it is made from the kind when left out, and never given to another source again. `managerUrl` is where links to websites lead.",
    scope: "manage",
    problems: ["conflict"],
    creates: true,
    body: z.strictObject({
      name,
      kind: sourceKind,
      key: sourceKey.optional(),
      managerUrl: webAddress.nullable().optional(),
    }),
    answer: { status: 201, description: "The source with its hook URL.", etag: true, schema: source },
    async handle(request, services) {
      const { accountId, body, caller } = request;
      const { id } = await createOnce(services, request, async (tx, newId) => {
        // One after the other, so that two of them do not make the same key.
        await raiseRevision(tx, accountId);
        await createSource(tx, accountId, newId, body, services.sealer);
      });
      return answerSource(services, accountId, id, caller);
    },
  }),
  defineRoute({
    method: "GET",
    path: "/v1/sources/{id}",
    operation: "getSource",
    summary: "One source.",
    description: "The hook URL is shown to keys that may manage.",
    scope: "read",
    problems: ["conflict"],
    params,
    answer: { status: 200, description: "The source.", etag: true, schema: source },
    handle: ({ params: { id }, accountId, caller }, services) =>
      answerSource(services, accountId, id, caller),
  }),
  defineRoute({
    method: "PATCH",
    path: "/v1/sources/{id}",
    operation: "updateSource",
    summary: "Changes a source's name, key or manager address.",
    description: "What is left out stays as it is; `managerUrl: null` takes the address away.",
    scope: "manage",
    problems: ["conflict"],
    ifMatch: true,
    params,
    body: z.strictObject({
      name: name.optional(),
      key: sourceKey.optional(),
      managerUrl: webAddress.nullable().optional(),
    }),
    answer: { status: 200, description: "The source as it is now.", etag: true, schema: source },
    async handle({ params: { id }, body, accountId, caller, ifMatch }, services) {
      await changeConfiguration(services, accountId, async (tx) => {
        const row = await sourceToChange(tx, accountId, id, ifMatch);
        const key = body.key ?? row.key;
        const holder = await findSourceKeyHolder(tx, accountId, key);
        if (holder !== undefined && holder.id !== id) throw await keyTaken(tx, accountId, key);
        const managerUrl = body.managerUrl === undefined ? row.managerUrl : body.managerUrl;
        await updateSource(tx, accountId, {
          id,
          version: row.version,
          name: body.name ?? row.name,
          key,
          managerUrl,
        });
      });
      return answerSource(services, accountId, id, caller);
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/sources/{id}",
    operation: "deleteSource",
    summary: "Deletes a source: its hook URL stops working, its events stay.",
    description:
      "Its key is not given to another source, because it stands in business keys in other systems.",
    scope: "manage",
    problems: [],
    ifMatch: true,
    params,
    answer: { status: 204, description: "It is gone." },
    async handle({ params: { id }, accountId, ifMatch }, services) {
      await changeConfiguration(services, accountId, async (tx) => {
        const row = await sourceToChange(tx, accountId, id, ifMatch);
        await deleteSource(tx, accountId, { id, version: row.version });
      });
      return {};
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/sources/{id}/rotate",
    operation: "rotateSource",
    summary: "Gives a source a new hook URL; the one before goes on working for a while.",
    description:
      "`overlap` is how long the hook URL before goes on working, at most 30 days; `0s` ends it at once. Use it when a hook URL became known to somebody.",
    scope: "manage",
    problems: ["conflict"],
    ifMatch: true,
    // A repeat after a lost answer must not rotate again: that would end the overlap at once.
    creates: true,
    params,
    body: z
      .strictObject({ overlap: durationMs({ maxMs: MAX_OVERLAP_MS }).default(24 * HOUR_MS) })
      .prefault({}),
    answer: { status: 200, description: "The source with its new hook URL.", etag: true, schema: source },
    async handle(request, services) {
      const {
        params: { id },
        body,
        accountId,
        caller,
        ifMatch,
      } = request;
      await changeConfiguration(services, accountId, async (tx) => {
        if ((await claimKey(tx, request, newUuid())) !== undefined) return;
        const row = await sourceToChange(tx, accountId, id, ifMatch);
        const previousUntil = new Date(Date.now() + body.overlap);
        const { token, tokenSealed } = makeToken(id, services.sealer);
        await rotateSourceToken(tx, accountId, {
          id,
          version: row.version,
          token,
          tokenSealed,
          previousUntil,
        });
      });
      return answerSource(services, accountId, id, caller);
    },
  }),
  rejectedBodiesRoute,
];
