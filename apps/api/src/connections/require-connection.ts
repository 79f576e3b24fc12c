import { type ConnectionRow, findConnection, type Queryable } from "@stellwerk/store";
import { notFound } from "../errors.ts";

export async function requireConnection(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<ConnectionRow> {
  const row = await findConnection(db, accountId, id);
  if (row === undefined) throw notFound("There is no connection with this id");
  return row;
}
