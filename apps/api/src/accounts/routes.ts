/** Accounts, for who runs the installation. */
import { formatId } from "@stellwerk/delivery";
import { type AccountRow, findAccount, insertAccount, listAccounts } from "@stellwerk/store";
import { z } from "zod";
import { createOnce } from "../changes.ts";
import { notFound } from "../errors.ts";
import { listAnswer, listSchema, pageQuery, readCursor } from "../http/cursor.ts";
import { name, time } from "../http/fields.ts";
import { idAnswer } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";

const account = z
  .strictObject({ id: idAnswer("acc"), name: z.string(), createdAt: time })
  .meta({ id: "Account" });

function show(row: AccountRow): z.output<typeof account> {
  return { id: formatId("acc", row.id), name: row.name, createdAt: row.createdAt.toISOString() };
}

export const accountRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/accounts",
    operation: "listAccounts",
    summary: "All accounts of the installation.",
    description: "Newest first.",
    scope: "admin",
    problems: [],
    query: z.strictObject(pageQuery),
    answer: { status: 200, description: "A page of accounts.", schema: listSchema(account) },
    async handle({ route, query }, { wall }) {
      const identity = { list: route, filter: [] };
      const before = readCursor(identity, query.cursor);
      const rows = await listAccounts(wall.lobby, { before, limit: query.limit });
      return { body: listAnswer(identity, rows, query.limit, (row) => row.id, show) };
    },
  }),
  defineRoute({
    method: "POST",
    path: "/v1/accounts",
    operation: "createAccount",
    summary: "Makes an account. Name it in `Stellwerk-Account` to work in it with an admin key.",
    description:
      "Its sources, connections, subscriptions and events are seen by its own keys and by admin keys.",
    scope: "admin",
    problems: [],
    creates: true,
    body: z.strictObject({ name }),
    answer: { status: 201, description: "The account.", schema: account },
    async handle(request, { wall: { lobby } }) {
      const { id } = await createOnce({ db: lobby }, request, async (tx, newId) => {
        await insertAccount(tx, { id: newId, name: request.body.name });
      });
      const row = await findAccount(lobby, id);
      if (row === undefined) throw notFound("There is no account with this id");
      return { body: show(row) };
    },
  }),
];
