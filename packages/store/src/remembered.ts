/** What connectors remember of a subject over a connection. Written with the outcome that it came from. */
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import { sqlFile } from "./sql-file.ts";

const loadRememberedStatement = sqlFile("load-remembered");
const keepRememberedStatement = sqlFile("keep-remembered");
const forgetUnusedRememberedStatement = sqlFile("forget-unused-remembered");

/** A website may rest for a year and still have its message in a channel. */
const UNUSED_DAYS = 400;
const FORGET_AT_ONCE = 5_000;

export interface RememberedPlace {
  readonly accountId: string;
  readonly connectionId: string;
  readonly subject: string;
}

export interface Remembering extends RememberedPlace {
  /** By name; undefined is forgotten. */
  readonly values: Readonly<Record<string, unknown>>;
}

export async function loadRemembered(
  db: Queryable,
  { accountId, connectionId, subject }: RememberedPlace,
): Promise<Map<string, unknown>> {
  const rows = await db.query<{ name: string; value: unknown }>(loadRememberedStatement, [
    accountId,
    connectionId,
    subject,
  ]);
  return new Map(rows.map(({ name, value }) => [name, value]));
}

/** In the transaction of the outcomes. Of two for one name the later counts. */
export async function keepRemembered(tx: Queryable, changes: readonly Remembering[]): Promise<void> {
  const rows = new Map<string, object>();
  for (const { accountId, connectionId, subject, values } of changes) {
    for (const [name, value = null] of Object.entries(values)) {
      rows.set(JSON.stringify([connectionId, subject, name]), {
        account_id: accountId,
        connection_id: connectionId,
        subject,
        name,
        value,
      });
    }
  }
  if (rows.size > 0) await tx.query(keepRememberedStatement, [jsonParameter([...rows.values()])]);
}

/** Some of what nobody has used for long; answers how many. */
export async function forgetUnusedRemembered(db: Queryable): Promise<number> {
  return (await db.query(forgetUnusedRememberedStatement, [UNUSED_DAYS, FORGET_AT_ONCE])).length;
}
