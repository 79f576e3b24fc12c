/**
 * How the api reaches the store: through an account's own door, behind which it sees that account alone, or through
 * the lobby, for the few things that come before an account is known or belong to none.
 */
import type { Database, Transactional } from "../database.ts";
import type { Statement } from "../sql-file.ts";
import { describeWall, missingIn } from "./raise-wall.ts";
import { API_ROLE, DISPATCHER_ROLE } from "./roles.ts";

export interface Accounts {
  /** Sees and changes this account's rows alone, whatever its statements say. */
  of(accountId: string): Transactional;
  /** Over all accounts, for these statements alone; any other throws. */
  readonly lobby: Transactional;
  /** False: the wall is not there, and the statements' own account filters are all there is. */
  readonly isWalled: boolean;
}

/** Statement by statement, why it has to look over the accounts' walls. */
const IN_LOBBY: Readonly<Record<string, string>> = {
  "find-api-key-by-hash": "whose key it is follows from the key",
  "find-source-by-token-hash": "whose hook URL it is follows from its token",
  "find-signing-connection": "whoever checks a signature has no key of ours, only the connection's id",
  "take-oauth-state": "who comes back from a vendor's page has no key of ours, only the state",
  "find-account": "whether the account exists that an admin names",
  "list-accounts": "for admins: all of them are theirs",
  "insert-account": "it is nobody's before it exists",
  "claim-idempotency-keys": "those of one moment are claimed with one statement, whoever sent them",
};

/** Migrated, and `migrate` has tried to raise the wall. */
export async function openAccounts(db: Database): Promise<Accounts> {
  const isWalled = await isUp(db, API_ROLE);
  return {
    isWalled,
    of: (accountId) => (isWalled ? db.as({ role: API_ROLE, accountId }) : db),
    lobby: {
      query: (statement, values) => db.query(requireInLobby(statement), values),
      transaction: (work) =>
        db.transaction((tx) =>
          work({ query: (statement, values) => tx.query(requireInLobby(statement), values) }),
        ),
    },
  };
}

/** From now on the dispatcher's connections work as its own role, where there is one. */
export async function enterAsDispatcher(db: Database): Promise<boolean> {
  const isWalled = await isUp(db, DISPATCHER_ROLE);
  if (isWalled) db.useRole(DISPATCHER_ROLE);
  return isWalled;
}

function requireInLobby(statement: Statement | string): Statement {
  if (typeof statement !== "string" && Object.hasOwn(IN_LOBBY, statement.name)) return statement;
  const name = typeof statement === "string" ? statement : statement.name;
  throw new Error(`${name} may not look over the accounts' walls: run it through accounts.of(accountId)`);
}

async function isUp(db: Database, role: string): Promise<boolean> {
  if ((await describeWall(db)).some((table) => missingIn(table).length > 0)) return false;
  const [row] = await db.query<{ may: boolean }>(
    `SELECT pg_has_role(current_user, oid,
       CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS may
     FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  return row?.may === true;
}
