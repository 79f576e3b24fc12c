/** API keys: who may do what in one account, or in the whole installation. Kept as hashes. */
import type { Queryable } from "./database.ts";
import { ACCESS_CHANNEL, notify } from "./notify.ts";
import { LAST_ID, type Page } from "./page.ts";
import { hashSecret } from "./secret-hash.ts";
import { sqlFile } from "./sql-file.ts";

const findApiKeyByHashStatement = sqlFile("find-api-key-by-hash");
const listApiKeysStatement = sqlFile("list-api-keys");
const findApiKeyStatement = sqlFile("find-api-key");
const insertApiKeyStatement = sqlFile("insert-api-key");
const revokeApiKeyStatement = sqlFile("revoke-api-key");
const anotherAdminKeyStatement = sqlFile("another-admin-key");
const lockInstallationStatement = sqlFile("lock-installation");

export type Scope = "publish" | "read" | "manage" | "admin";

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Its first characters. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface KeyAccess {
  readonly id: string;
  readonly accountId: string;
  readonly scopes: readonly Scope[];
}

export async function findApiKeyByHash(db: Queryable, keyHash: Buffer): Promise<KeyAccess | undefined> {
  const [row] = await db.query<KeyAccess>(findApiKeyByHashStatement, [keyHash]);
  return row;
}

export function listApiKeys(db: Queryable, accountId: string, page: Page): Promise<ApiKeyRow[]> {
  return db.query(listApiKeysStatement, [accountId, page.before ?? LAST_ID, page.limit]);
}

export async function findApiKey(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<ApiKeyRow | undefined> {
  const [row] = await db.query<ApiKeyRow>(findApiKeyStatement, [accountId, id]);
  return row;
}

export interface NewApiKey {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly key: string;
}

/** Undefined when the same key exists already, revoked or not. */
export async function insertApiKey(tx: Queryable, key: NewApiKey): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.query<ApiKeyRow>(insertApiKeyStatement, [
    key.id,
    key.accountId,
    key.name,
    key.scopes,
    hashSecret(key.key),
    hintOf(key.key),
  ]);
  await notify(tx, ACCESS_CHANNEL, key.accountId);
  return row;
}

/** Never more than a quarter of it: a key that a person chose may be short. */
function hintOf(key: string): string {
  return key.slice(0, Math.min(7, Math.floor(key.length / 4)));
}

export type Revocation = "revoked" | "unknown" | "last-admin";

/** The last admin key stays: without one nobody could make another. */
export async function revokeApiKey(tx: Queryable, accountId: string, id: string): Promise<Revocation> {
  // Two admins who revoke each other's key at once would otherwise both find that the other is left.
  await tx.query(lockInstallationStatement);
  const key = await findApiKey(tx, accountId, id);
  if (key === undefined) return "unknown";
  if (key.scopes.includes("admin") && key.revokedAt === null) {
    const [other] = await tx.query<{ found: boolean }>(anotherAdminKeyStatement, [id]);
    if (other?.found !== true) return "last-admin";
  }
  await tx.query(revokeApiKeyStatement, [accountId, id]);
  await notify(tx, ACCESS_CHANNEL, accountId);
  return "revoked";
}
