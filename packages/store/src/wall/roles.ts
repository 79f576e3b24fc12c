/**
 * Whom the processes work as behind the second wall, and what each may touch. The owner of the tables passes every
 * policy, so nothing runs as the owner but migrations, partitions and the few statements of the lobby.
 * Why it is like this: docs/decisions/0008-second-wall.md.
 */

export const API_ROLE = "stellwerk_api";
export const DISPATCHER_ROLE = "stellwerk_dispatcher";

/** The setting that names the account; set for one transaction at a time. */
export const ACCOUNT_SETTING = "stellwerk.account";

interface Grants {
  readonly api: readonly string[];
  readonly dispatcher: readonly string[];
}

const ALL = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/** A table with `account_id` that is not here: both may do everything, the api within its account. */
const SCOPED: Readonly<Record<string, Grants>> = {
  api_key: { api: ALL, dispatcher: [] },
  // The way to a connection is the api's alone.
  oauth_state: { api: ALL, dispatcher: ["SELECT (expires_at)", "DELETE"] },
  rejected_body: { api: ALL, dispatcher: [] },
  // Who sends has no use for tokens, sealed or hashed.
  source: { api: ALL, dispatcher: ["SELECT (id, account_id, name, kind, key, manager_url, deleted_at)"] },
};

/** Tables of the whole installation. One that is missing here stops the start: somebody has to decide. */
const SHARED: Readonly<Record<string, Grants>> = {
  account: { api: ["SELECT", "UPDATE (revision)"], dispatcher: ["SELECT", "UPDATE (revision)"] },
  dispatcher: { api: ["SELECT"], dispatcher: ALL },
  // To lock its one row takes a right to update it.
  installation: { api: ["SELECT", "UPDATE (singleton)"], dispatcher: ["SELECT"] },
  migration: { api: [], dispatcher: [] },
  partition_owner: { api: ["SELECT"], dispatcher: ALL },
  // A requested delivery joins its partition at the tail.
  partition_routed: { api: ["SELECT", "UPDATE (last_seq)"], dispatcher: ALL },
};

/** They look over the accounts' walls for the api (migrations 3 and 7), and for nobody else. */
export const OWNERS_FUNCTIONS = "another_admin_key(uuid), event_ids_beginning(uuid, text)";

/** The column that says whose a row is: the account's own table has no `account_id`. Undefined: nobody's. */
export function accountColumn(table: string, hasAccountId: boolean): string | undefined {
  if (hasAccountId) return "account_id";
  return table === "account" ? "id" : undefined;
}

export function grantsOf(table: string, hasAccountId: boolean): Grants {
  const grants = hasAccountId ? (SCOPED[table] ?? { api: ALL, dispatcher: ALL }) : SHARED[table];
  if (grants !== undefined) return grants;
  throw new Error(
    `The table ${table} has no account_id and no line in wall/roles.ts: say there who may do what with it`,
  );
}
