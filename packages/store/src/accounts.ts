/** Accounts: the tenants, and the revision of each one's configuration. */
import type { Queryable } from "./database.ts";
import { CONFIG_CHANNEL, notify } from "./notify.ts";
import { onlyRow } from "./only-row.ts";
import { LAST_ID, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const listAccountsStatement = sqlFile("list-accounts");
const findAccountStatement = sqlFile("find-account");
const firstAccountStatement = sqlFile("first-account");
const insertAccountStatement = sqlFile("insert-account");
const raiseRevisionStatement = sqlFile("raise-revision");

export interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

export function listAccounts(db: Queryable, page: Page): Promise<AccountRow[]> {
  return db.query(listAccountsStatement, [page.before ?? LAST_ID, page.limit]);
}

export async function findAccount(db: Queryable, id: string): Promise<AccountRow | undefined> {
  const [row] = await db.query<AccountRow>(findAccountStatement, [id]);
  return row;
}

/** The one that the first start made. */
export async function firstAccount(db: Queryable): Promise<AccountRow | undefined> {
  const [row] = await db.query<AccountRow>(firstAccountStatement);
  return row;
}

export async function insertAccount(
  tx: Queryable,
  account: { id: string; name: string },
): Promise<AccountRow> {
  return onlyRow(await tx.query<AccountRow>(insertAccountStatement, [account.id, account.name]));
}

/**
 * Opens a change of an account's configuration: its other changes wait until this one is
 * committed, and the dispatchers hear of it then. Answers the revision that the change makes.
 */
export async function raiseRevision(tx: Queryable, accountId: string): Promise<number> {
  const rows = await tx.query<{ revision: number }>(raiseRevisionStatement, [accountId]);
  await notify(tx, CONFIG_CHANNEL, accountId);
  return onlyRow(rows).revision;
}
