/** API keys: made and shown once, listed by their first characters, revoked. */
import { formatId } from "@stellwerk/delivery";
import {
  type ApiKeyRow,
  findApiKey,
  insertApiKey,
  listApiKeys,
  makeSecret,
  revokeApiKey,
} from "@stellwerk/store";
import { z } from "zod";
import { createOnce } from "../changes.ts";
import { conflict, forbidden, notFound } from "../errors.ts";
import { type Caller, hasScope } from "../http/authenticate.ts";
import { listAnswer, listSchema, pageQuery, readCursor } from "../http/cursor.ts";
import { name, time } from "../http/fields.ts";
import { idAnswer, idParameter } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";

const scope = z.enum(["publish", "read", "manage", "admin"]);

const key = z
  .strictObject({
    id: idAnswer("key"),
    name: z.string(),
    scopes: z.array(scope),
    hint: z.string().describe("Its first characters."),
    createdAt: time,
    revokedAt: time.nullable(),
  })
  .meta({ id: "ApiKey" });

/** `key` stands in the answer that made it and nowhere else. */
const madeKey = key.extend({ key: z.string().optional() });

function show(row: ApiKeyRow): z.output<typeof key> {
  return {
    id: formatId("key", row.id),
    name: row.name,
    scopes: [...row.scopes],
    hint: row.hint,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

/** Nobody hands out more than they have; who manages an account may let others publish to it. */
function requireGrantable(caller: Caller, scopes: readonly z.output<typeof scope>[]): void {
  const tooMuch = scopes.filter((each) => each === "admin" && !hasScope(caller, "admin"));
  if (tooMuch.length === 0) return;
  throw forbidden("Only an admin key can make an admin key", {
    path: "scopes",
    message: "holds more than this key may give",
    expected: "publish, read or manage",
    received: "admin",
  });
}

export const keyRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/keys",
    operation: "listKeys",
    summary: "The account's API keys, without the keys themselves.",
    description: "Newest first, with those that are revoked.",
    scope: "manage",
    problems: [],
    query: z.strictObject(pageQuery),
    answer: { status: 200, description: "A page of keys.", schema: listSchema(key) },
    async handle({ route, query, accountId }, { db }) {
      const identity = { list: route, filter: [accountId] };
      const before = readCursor(identity, query.cursor);
      const rows = await listApiKeys(db, accountId, { before, limit: query.limit });
      return { body: listAnswer(identity, rows, query.limit, (row) => row.id, show) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/keys",
    operation: "createKey",
    summary: "Makes an API key. It is shown in this answer and never again.",
    description:
      "Only an admin key can make an admin key. A repeat with the same `Idempotency-Key` answers without `key`: it is kept as a hash only.",
    scope: "manage",
    problems: [],
    creates: true,
    body: z.strictObject({ name, scopes: z.array(scope).min(1).max(4) }),
    answer: { status: 201, description: "The key; keep it now.", schema: madeKey },
    async handle(request, services) {
      const { accountId, body, caller } = request;
      requireGrantable(caller, body.scopes);
      const secret = makeSecret("sw_");
      const { id, repeated } = await createOnce(services, request, async (tx, newId) => {
        await insertApiKey(tx, {
          id: newId,
          accountId,
          name: body.name,
          scopes: [...new Set(body.scopes)],
          key: secret,
        });
      });
      const row = await findApiKey(services.db, accountId, id);
      if (row === undefined) throw notFound("There is no key with this id");
      return { body: repeated ? show(row) : { ...show(row), key: secret } };
    },
  }),
  defineRoute({
    method: "DELETE",
    path: "/v1/keys/{id}",
    operation: "revokeKey",
    summary: "Revokes an API key; it stops working within 5 seconds.",
    description: "The last admin key of an installation stays.",
    scope: "manage",
    problems: ["conflict"],
    params: z.strictObject({ id: idParameter("key") }),
    answer: { status: 204, description: "It is revoked." },
    async handle({ params, accountId, caller }, { db }) {
      const row = await findApiKey(db, accountId, params.id);
      if (row?.scopes.includes("admin") === true && !hasScope(caller, "admin")) {
        throw forbidden("Only an admin key can revoke an admin key", {
          path: "authorization",
          message: "the key lacks a scope",
          expected: "admin",
        });
      }
      const result = await db.transaction((tx) => revokeApiKey(tx, accountId, params.id));
      if (result === "unknown") throw notFound("There is no key with this id");
      if (result === "last-admin") {
        throw conflict("This is the last admin key; make another one before you revoke it");
      }
      return {};
    },
  }),
];
