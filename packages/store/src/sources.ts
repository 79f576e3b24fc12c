/** Sources: where events come from. A hook URL's token is found by hash and shown from its sealed copy. */
import type { Queryable } from "./database.ts";
import { ACCESS_CHANNEL, notify } from "./notify.ts";
import { onlyRow } from "./only-row.ts";
import { LAST_ID, type Page } from "./page.ts";
import { hashSecret } from "./secret-hash.ts";
import { sqlFile } from "./sql-file.ts";

const findSourceByTokenHashStatement = sqlFile("find-source-by-token-hash");
const listSourcesStatement = sqlFile("list-sources");
const findSourceStatement = sqlFile("find-source");
const oldestApiSourceStatement = sqlFile("oldest-api-source");
const sourceKeyHolderStatement = sqlFile("source-key-holder");
const accountHasHadSourceStatement = sqlFile("account-has-had-source");
const insertSourceStatement = sqlFile("insert-source");
const updateSourceStatement = sqlFile("update-source");
const rotateSourceTokenStatement = sqlFile("rotate-source-token");
const deleteSourceStatement = sqlFile("delete-source");

export type SourceKind = "sitejet" | "form" | "api" | "sandbox";

export interface SourceRow {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceKind;
  readonly key: string;
  readonly managerUrl: string | null;
  readonly tokenSealed: Buffer | null;
  readonly previousTokenUntil: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  /** When its last event was routed; null: none was. */
  readonly lastEventAt: Date | null;
  /** It has been silent for longer than it uses to be, and that was told. */
  readonly silentSince: Date | null;
}

export interface SourceAccess {
  readonly id: string;
  readonly accountId: string;
  readonly kind: SourceKind;
}

export async function findSourceByTokenHash(
  db: Queryable,
  tokenHash: Buffer,
): Promise<SourceAccess | undefined> {
  const [row] = await db.query<SourceAccess>(findSourceByTokenHashStatement, [tokenHash]);
  return row;
}

export function listSources(db: Queryable, accountId: string, page: Page): Promise<SourceRow[]> {
  return db.query(listSourcesStatement, [accountId, page.before ?? LAST_ID, page.limit]);
}

export async function findSource(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<SourceRow | undefined> {
  const [row] = await db.query<SourceRow>(findSourceStatement, [accountId, id]);
  return row;
}

/** The source of events that come with an API key. */
export async function findOldestApiSource(db: Queryable, accountId: string): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(oldestApiSourceStatement, [accountId]);
  return row?.id;
}

/** Who has this key; a deleted source keeps its own. */
export async function findSourceKeyHolder(
  db: Queryable,
  accountId: string,
  key: string,
): Promise<{ id: string; deleted: boolean } | undefined> {
  const [row] = await db.query<{ id: string; deleted: boolean }>(sourceKeyHolderStatement, [accountId, key]);
  return row;
}

/** Also true when all of them were deleted. */
export async function accountHasHadSource(db: Queryable, accountId: string): Promise<boolean> {
  const rows = await db.query(accountHasHadSourceStatement, [accountId]);
  return rows.length > 0;
}

export interface NewSource {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceKind;
  readonly key: string;
  readonly managerUrl: string | null;
  readonly token: string;
  readonly tokenSealed: Buffer;
}

/** False when the key is taken. */
export async function insertSource(tx: Queryable, accountId: string, source: NewSource): Promise<boolean> {
  const rows = await tx.query(insertSourceStatement, [
    source.id,
    accountId,
    source.name,
    source.kind,
    source.key,
    source.managerUrl,
    hashSecret(source.token),
    source.tokenSealed,
  ]);
  await notify(tx, ACCESS_CHANNEL, accountId);
  return rows.length === 1;
}

/** Like the other changes: for who holds the account's revision and has read `version` since. */
export async function updateSource(
  tx: Queryable,
  accountId: string,
  source: { id: string; version: number; name: string; key: string; managerUrl: string | null },
): Promise<void> {
  const rows = await tx.query(updateSourceStatement, [
    accountId,
    source.id,
    source.version,
    source.name,
    source.key,
    source.managerUrl,
  ]);
  onlyRow(rows);
}

/** The token until now keeps working until `previousUntil`. */
export async function rotateSourceToken(
  tx: Queryable,
  accountId: string,
  source: { id: string; version: number; token: string; tokenSealed: Buffer; previousUntil: Date },
): Promise<void> {
  const rows = await tx.query(rotateSourceTokenStatement, [
    accountId,
    source.id,
    source.version,
    hashSecret(source.token),
    source.tokenSealed,
    source.previousUntil,
  ]);
  await notify(tx, ACCESS_CHANNEL, accountId);
  onlyRow(rows);
}

/** Its events stay, its token stops working. */
export async function deleteSource(
  tx: Queryable,
  accountId: string,
  source: { id: string; version: number },
): Promise<void> {
  const rows = await tx.query(deleteSourceStatement, [accountId, source.id, source.version]);
  await notify(tx, ACCESS_CHANNEL, accountId);
  onlyRow(rows);
}
