/** Connections: an account's settings and sealed secrets for a connector. Callers hold the account's revision. */
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import { onlyRow } from "./only-row.ts";
import { LAST_ID, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";
import type { Pause } from "./target-controls.ts";

const listConnectionsStatement = sqlFile("list-connections");
const findConnectionStatement = sqlFile("find-connection");
const findSigningConnectionStatement = sqlFile("find-signing-connection");
const insertConnectionStatement = sqlFile("insert-connection");
const updateConnectionStatement = sqlFile("update-connection");
const deleteConnectionStatement = sqlFile("delete-connection");
const subscriptionsUsingConnectionStatement = sqlFile("subscriptions-using-connection");
const listInboxStatement = sqlFile("list-inbox", { prepare: false });

/** How many deliveries an inbox shows, and how much of each body. */
const INBOX_SIZE = 100;
const INBOX_BODY_BYTES = 65_536;

export interface ConnectionRow extends Pause {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly settings: unknown;
  readonly secretsSealed: Buffer | null;
  readonly version: number;
  readonly createdAt: Date;
}

export function listConnections(db: Queryable, accountId: string, page: Page): Promise<ConnectionRow[]> {
  return db.query(listConnectionsStatement, [accountId, page.before ?? LAST_ID, page.limit]);
}

export async function findConnection(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<ConnectionRow | undefined> {
  const [row] = await db.query<ConnectionRow>(findConnectionStatement, [accountId, id]);
  return row;
}

export type SigningConnectionRow = Pick<ConnectionRow, "id" | "connector" | "settings" | "secretsSealed">;

/** Of any account: whoever knows the id may know the public keys. Undefined when it has none. */
export async function findSigningConnection(
  lobby: Queryable,
  id: string,
): Promise<SigningConnectionRow | undefined> {
  const [row] = await lobby.query<SigningConnectionRow>(findSigningConnectionStatement, [id]);
  return row;
}

export interface NewConnection {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly settings: unknown;
  readonly secretsSealed: Buffer | null;
}

export async function insertConnection(
  tx: Queryable,
  accountId: string,
  connection: NewConnection,
): Promise<void> {
  await tx.query(insertConnectionStatement, [
    connection.id,
    accountId,
    connection.connector,
    connection.name,
    jsonParameter(connection.settings),
    connection.secretsSealed,
  ]);
}

/** The caller has read `version` since it holds the revision. */
export async function updateConnection(
  tx: Queryable,
  accountId: string,
  connection: { id: string; version: number; name: string; settings: unknown; secretsSealed: Buffer | null },
): Promise<void> {
  const rows = await tx.query(updateConnectionStatement, [
    accountId,
    connection.id,
    connection.version,
    connection.name,
    jsonParameter(connection.settings),
    connection.secretsSealed,
  ]);
  onlyRow(rows);
}

/** Its secrets are gone at once. */
export async function deleteConnection(
  tx: Queryable,
  accountId: string,
  connection: { id: string; version: number },
): Promise<void> {
  const rows = await tx.query(deleteConnectionStatement, [accountId, connection.id, connection.version]);
  onlyRow(rows);
}

/** The first few, for saying why a connection cannot go. */
export function subscriptionsUsingConnection(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<{ id: string; name: string }[]> {
  return db.query(subscriptionsUsingConnectionStatement, [accountId, id]);
}

export interface InboxItem {
  /** The delivery's id. */
  readonly id: string;
  readonly deliveredAt: Date;
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly type: string;
  readonly subject: string | null;
  readonly time: Date;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** At most the first 64 KiB. */
  readonly body: Buffer;
}

/** What the connection's present subscriptions delivered over it last. */
export function listInbox(db: Queryable, accountId: string, connectionId: string): Promise<InboxItem[]> {
  return db.query(listInboxStatement, [accountId, connectionId, INBOX_SIZE, INBOX_BODY_BYTES]);
}
