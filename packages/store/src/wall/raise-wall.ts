/**
 * The second wall: row-level security on every table that belongs to accounts, and the two roles that it holds for.
 * Made from the catalogue at each start and not by a migration, because roles belong to the server and not to the
 * database: a restored dump, a new server or roles that the operator made by hand are put right by the next start.
 */
import type { Logger } from "pino";
import type { Database, Queryable } from "../database.ts";
import { StoreUnavailableError } from "../errors.ts";
import { sqlFile } from "../sql-file.ts";
import {
  ACCOUNT_SETTING,
  accountColumn,
  API_ROLE,
  DISPATCHER_ROLE,
  grantsOf,
  OWNERS_FUNCTIONS,
} from "./roles.ts";

const describeWallStatement = sqlFile("describe-wall");
const prepareRolesStatement = sqlFile("prepare-roles");

/** Enabling needs a table to itself for a moment; better to try again than to make all others wait behind us. */
const LOCK_TIMEOUT_MS = 2_000;
const TRIES = 5;

const INSUFFICIENT_PRIVILEGE = "42501";

export interface WallTable {
  readonly name: string;
  readonly hasAccountId: boolean;
  readonly isEnabled: boolean;
  readonly policies: readonly string[];
}

/** False, with a warning that says what to do, when this user of the database may not make the roles. */
export async function raiseWall(db: Database, log?: Pick<Logger, "info" | "warn">): Promise<boolean> {
  try {
    await db.transaction(async (tx) => {
      await lock(tx);
      await tx.query(prepareRolesStatement.text);
    });
    for (const table of await describeWall(db)) {
      if (missingIn(table).length > 0) await raiseFor(db, table);
    }
    await db.transaction(async (tx) => {
      await lock(tx);
      const grants = (await describeWall(tx)).flatMap(grantStatements);
      await tx.query([...grants, `GRANT EXECUTE ON FUNCTION ${OWNERS_FUNCTIONS} TO ${API_ROLE}`].join(";\n"));
    });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    log?.warn({ reason: (error as Error).message }, wallMissing(await currentUser(db)));
    return false;
  }
}

/** The tables of our schema, without the partitions: who comes through a parent meets the parent's policies. */
export function describeWall(db: Queryable): Promise<WallTable[]> {
  return db.query<WallTable>(describeWallStatement);
}

async function raiseFor(db: Database, { name }: WallTable): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await db.transaction(async (tx) => {
        await lock(tx);
        await tx.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
        // Read again: another process may have been faster.
        const table = (await describeWall(tx)).find((each) => each.name === name);
        for (const statement of table === undefined ? [] : missingIn(table)) await tx.query(statement);
      });
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || tries === TRIES) throw error;
    }
  }
}

/** What a table lacks of the wall, as statements. */
export function missingIn({ name, hasAccountId, isEnabled, policies }: WallTable): string[] {
  const column = accountColumn(name, hasAccountId);
  if (column === undefined) return [];
  const wanted: Record<string, string> = {
    // PostgreSQL knows that comparing uuids leaks nothing, so this keeps no index from being used.
    own_account: `TO ${API_ROLE} USING (${column} = nullif(current_setting('${ACCOUNT_SETTING}', true), '')::uuid)`,
    every_account: `TO ${DISPATCHER_ROLE} USING (true)`,
  };
  const missing = Object.keys(wanted).filter((policy) => !policies.includes(policy));
  return [
    ...missing.map((policy) => `CREATE POLICY ${policy} ON ${quoted(name)} ${wanted[policy]}`),
    ...(isEnabled ? [] : [`ALTER TABLE ${quoted(name)} ENABLE ROW LEVEL SECURITY`]),
  ];
}

function grantStatements({ name, hasAccountId }: WallTable): string[] {
  const { api, dispatcher } = grantsOf(name, hasAccountId);
  const grant = (rights: readonly string[], role: string) =>
    rights.length === 0 ? [] : [`GRANT ${rights.join(", ")} ON ${quoted(name)} TO ${role}`];
  return [
    `REVOKE ALL ON ${quoted(name)} FROM ${API_ROLE}, ${DISPATCHER_ROLE}`,
    ...grant(api, API_ROLE),
    ...grant(dispatcher, DISPATCHER_ROLE),
  ];
}

/** The same lock as the migrations': two processes that start together take turns. */
async function lock(tx: Queryable): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('stellwerk.migrate', 0))");
}

async function currentUser(db: Queryable): Promise<string> {
  const [row] = await db.query<{ name: string }>("SELECT current_user::text AS name");
  return row?.name ?? "";
}

function wallMissing(user: string): string {
  const roles = `${API_ROLE}, ${DISPATCHER_ROLE}`;
  return (
    "Accounts are kept apart by the queries alone: this user of the database may not make the roles for row-level " +
    `security. As a superuser run once: CREATE ROLE ${API_ROLE} NOLOGIN; CREATE ROLE ${DISPATCHER_ROLE} NOLOGIN; ` +
    `GRANT ${roles} TO ${quoted(user)}; and start again`
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
