import { newUuid } from "@stellwerk/delivery";
import { expect, test } from "vitest";
import {
  enterAsDispatcher,
  findApiKey,
  findConnection,
  insertAccount,
  insertApiKey,
  insertConnection,
  listConnections,
  listEvents,
  migrate,
  openAccounts,
  openDatabase,
  prepareInstallation,
  revokeApiKey,
  sqlFile,
} from "../index.ts";
import type { Database } from "../index.ts";
import { openEmptyTestDatabase, openTestDatabase } from "../testing/index.ts";
import { seedAccount } from "../testing/seed.ts";
import { describeWall, missingIn, raiseWall } from "./raise-wall.ts";
import { accountColumn, API_ROLE, DISPATCHER_ROLE } from "./roles.ts";

/** Two accounts with a connection each. */
async function openTwo() {
  const database = await openTestDatabase();
  const { db } = database;
  const mine = await seedAccount(db);
  const theirs = { accountId: newUuid(), connectionId: newUuid() };
  await insertAccount(db, { id: theirs.accountId, name: "Another agency" });
  await insertConnection(db, theirs.accountId, {
    id: theirs.connectionId,
    connector: "inbox",
    name: "Theirs",
    settings: {},
    secretsSealed: null,
  });
  return { db, database, mine, theirs, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

/** As a query would be whose author forgot the account. */
const EVERY_CONNECTION = "SELECT id FROM connection ORDER BY id";

test("every table that holds an account's rows is behind the wall", async () => {
  await using database = await openTestDatabase();
  const tables = await describeWall(database.db);
  const scoped = tables.filter((each) => accountColumn(each.name, each.hasAccountId) !== undefined);
  expect(scoped.length).toBeGreaterThan(10);
  for (const table of scoped) {
    expect.soft(table).toMatchObject({ isEnabled: true, policies: ["every_account", "own_account"] });
  }
});

test("a new table of accounts is found out, and so is one of nobody that nobody decided about", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  await db.query("CREATE TABLE later (account_id uuid NOT NULL, text text)");
  const later = (await describeWall(db)).find((each) => each.name === "later");
  expect(missingIn(later!)).toHaveLength(3);
  expect((await openAccounts(db)).isWalled).toBe(false);
  await raiseWall(db);
  expect((await openAccounts(db)).isWalled).toBe(true);
  await db.query("CREATE TABLE of_nobody (text text)");
  await expect(raiseWall(db)).rejects.toThrow(
    "The table of_nobody has no account_id and no line in wall/roles.ts",
  );
});

test("a query that forgot its account filter sees and changes one account alone", async () => {
  await using two = await openTwo();
  const accounts = await openAccounts(two.db);
  const door = accounts.of(two.mine.accountId);
  expect(await door.query(EVERY_CONNECTION)).toEqual([{ id: two.mine.connectionId }]);
  expect(await door.query("UPDATE connection SET name = 'Taken' RETURNING id")).toHaveLength(1);
  expect(
    await door.query("DELETE FROM connection WHERE id = $1 RETURNING id", [two.theirs.connectionId]),
  ).toEqual([]);
  await door.transaction(async (tx) => {
    expect(await tx.query(EVERY_CONNECTION)).toEqual([{ id: two.mine.connectionId }]);
    expect(await tx.query("SELECT id FROM account")).toEqual([{ id: two.mine.accountId }]);
  });
  expect(await two.db.query("SELECT name FROM connection WHERE id = $1", [two.theirs.connectionId])).toEqual([
    { name: "Theirs" },
  ]);
});

test("a row cannot be put into another account, nor moved there", async () => {
  await using two = await openTwo();
  const door = (await openAccounts(two.db)).of(two.mine.accountId);
  const theirs = two.theirs.accountId;
  const row = { id: newUuid(), connector: "inbox", name: "x", settings: {}, secretsSealed: null };
  await expect(insertConnection(door, theirs, row)).rejects.toThrow("row-level security");
  await expect(door.query("UPDATE connection SET account_id = $1", [theirs])).rejects.toThrow(
    "row-level security",
  );
});

test("an account that is named in the statement but not at the door is not found", async () => {
  await using two = await openTwo();
  const door = (await openAccounts(two.db)).of(two.mine.accountId);
  expect(await findConnection(door, two.theirs.accountId, two.theirs.connectionId)).toBeUndefined();
  expect(await listConnections(door, two.theirs.accountId, { limit: 10 })).toEqual([]);
});

test("one connection serves many accounts in turn, and nothing of one is left for the next", async () => {
  await using two = await openTwo();
  const db = openDatabase({ url: two.database.url, applicationName: "test", maxConnections: 1 });
  try {
    const accounts = await openAccounts(db);
    for (let round = 0; round < 3; round++) {
      for (const { accountId, connectionId } of [two.mine, two.theirs]) {
        const door = accounts.of(accountId);
        expect(await door.query(EVERY_CONNECTION)).toEqual([{ id: connectionId }]);
        expect(await findConnection(door, accountId, connectionId)).toMatchObject({ id: connectionId });
        await expect(door.query("SELECT 1/0")).rejects.toThrow("division by zero");
        await expect(
          door.transaction(async () => Promise.reject(new Error("changed our mind"))),
        ).rejects.toThrow("changed our mind");
      }
      expect(
        await db.query(
          "SELECT current_user = session_user AS back, current_setting('stellwerk.account', true) AS account",
        ),
      ).toEqual([{ back: true, account: "" }]);
      expect(await db.query(EVERY_CONNECTION)).toHaveLength(2);
    }
  } finally {
    await db.close();
  }
});

test("the function that finds events by what they begin with answers for the account at the door alone", async () => {
  await using two = await openTwo();
  const { db } = two;
  for (const { accountId } of [two.mine, two.theirs]) {
    await db.query(
      `INSERT INTO event (id, account_id, type, time, content_type, title, revision, body)
       VALUES ($1, $2, 'x', now(), 'application/json', 'Bakery', 1, '')`,
      [newUuid(), accountId],
    );
  }
  const door = (await openAccounts(db)).of(two.mine.accountId);
  const ask = "SELECT event_ids_beginning($1, 'bak')";
  expect(await door.query(ask, [two.mine.accountId])).toHaveLength(1);
  expect(await door.query(ask, [two.theirs.accountId])).toEqual([]);
  expect(await db.as({ role: API_ROLE, accountId: "" }).query(ask, [two.theirs.accountId])).toEqual([]);
  expect(await listEvents(door, two.mine.accountId, { textPrefix: "BAK" }, { limit: 10 })).toHaveLength(1);
});

test("the owner's functions are the api's alone, and no temporary table takes the place of ours", async () => {
  await using two = await openTwo();
  const { db } = two;
  const functions = ["another_admin_key(uuid)", "event_ids_beginning(uuid, text)"];
  const mayCall = (role: string) =>
    db.query(
      `SELECT bool_or(has_function_privilege($1, name, 'EXECUTE')) AS may FROM unnest($2::text[]) AS name`,
      [role, functions],
    );
  expect(await mayCall(API_ROLE)).toEqual([{ may: true }]);
  expect(await mayCall(DISPATCHER_ROLE)).toEqual([{ may: false }]);

  await db.query("DELETE FROM api_key");
  const door = (await openAccounts(db)).of(two.mine.accountId);
  const answers = await door.transaction(async (tx) => {
    await tx.query(
      "CREATE TEMP TABLE api_key (id uuid, scopes text[], revoked_at timestamptz) ON COMMIT DROP",
    );
    await tx.query(
      "CREATE TEMP TABLE event (id uuid, account_id uuid, title text, domain text) ON COMMIT DROP",
    );
    await tx.query("INSERT INTO pg_temp.api_key VALUES (gen_random_uuid(), '{admin}', NULL)");
    await tx.query("INSERT INTO pg_temp.event VALUES (gen_random_uuid(), $1, 'Bakery', NULL)", [
      two.mine.accountId,
    ]);
    // The owner reads them only when they are found: it may do everything.
    await tx.query("GRANT SELECT ON pg_temp.api_key, pg_temp.event TO PUBLIC");
    return tx.query(
      "SELECT another_admin_key($1) AS admin, (SELECT count(*)::int FROM event_ids_beginning($2, 'bak'))",
      [newUuid(), two.mine.accountId],
    );
  });
  expect(answers).toEqual([{ admin: false, count: 0 }]);
});

test("without an account nothing is seen", async () => {
  await using two = await openTwo();
  expect(await two.db.as({ role: API_ROLE, accountId: "" }).query(EVERY_CONNECTION)).toEqual([]);
});

test("the api's role reads no other account by a partition, the bus, or a table of nobody", async () => {
  await using two = await openTwo();
  const door = (await openAccounts(two.db)).of(two.mine.accountId);
  for (const table of ["event_default", "delivery_default", "attempt_default", "migration"]) {
    await expect(door.query(`SELECT 1 FROM ${table}`)).rejects.toThrow("permission denied");
  }
  await expect(door.query("UPDATE partition_owner SET epoch = 99")).rejects.toThrow("permission denied");
  await expect(door.query("UPDATE account SET name = 'x'")).rejects.toThrow("permission denied");
});

test("the lobby takes the statements that it is for, and no other", async () => {
  await using two = await openTwo();
  const { lobby } = await openAccounts(two.db);
  expect(await lobby.query(sqlFile("find-account"), [two.theirs.accountId])).toHaveLength(1);
  expect(() => lobby.query(EVERY_CONNECTION)).toThrow("may not look over the accounts' walls");
  expect(() => lobby.query(sqlFile("list-connections"), [])).toThrow("may not look over");
  await expect(lobby.transaction((tx) => tx.query(sqlFile("list-connections"), []))).rejects.toThrow(
    "may not",
  );
});

test("the last admin key is looked for in all accounts, from behind the wall", async () => {
  await using two = await openTwo();
  const { db } = two;
  const { accountId } = await prepareInstallation(db, { partitions: 2, apiKey: "first-admin-key" });
  const accounts = await openAccounts(db);
  const own = await db.query<{ id: string }>("SELECT id FROM api_key WHERE account_id = $1", [accountId]);
  const revoke = (id: string) => accounts.of(accountId).transaction((tx) => revokeApiKey(tx, accountId, id));
  for (const { id } of own.slice(1)) expect(await revoke(id)).toBe("revoked");
  expect(await revoke(own[0]!.id)).toBe("last-admin");
  const elsewhere = { id: newUuid(), accountId: two.theirs.accountId, name: "x", key: "another-admin-key" };
  await insertApiKey(db, { ...elsewhere, scopes: ["admin"] });
  expect(await findApiKey(accounts.of(accountId), two.theirs.accountId, elsewhere.id)).toBeUndefined();
  expect(await revoke(own[0]!.id)).toBe("revoked");
});

test("the dispatcher's role sees every account, and no key and no token", async () => {
  await using two = await openTwo();
  const db = openDatabase({ url: two.database.url, applicationName: "test" });
  try {
    expect(await enterAsDispatcher(db)).toBe(true);
    expect(await db.query("SELECT current_user::text AS name")).toEqual([{ name: DISPATCHER_ROLE }]);
    expect(await db.query(EVERY_CONNECTION)).toHaveLength(2);
    expect(await db.query("SELECT key FROM source")).toHaveLength(1);
    for (const secret of ["token_hash FROM source", "token_sealed FROM source", "key_hash FROM api_key"]) {
      await expect(db.query(`SELECT ${secret}`)).rejects.toThrow("permission denied");
    }
  } finally {
    await db.close();
  }
});

/** A database of a user who is no superuser, as an operator's provider gives it. */
async function openAsOwner(attributes: string) {
  const database = await openEmptyTestDatabase();
  const user = `owner_${newUuid().replaceAll("-", "")}`;
  await database.db.query(`CREATE ROLE ${user} LOGIN PASSWORD 'owner' ${attributes}`);
  const name = new URL(database.url).pathname.slice(1);
  await database.db.query(`ALTER DATABASE ${name} OWNER TO ${user}`);
  const url = new URL(database.url);
  url.username = user;
  url.password = "owner";
  const db: Database = openDatabase({ url: url.href, applicationName: "test" });
  return {
    db,
    user,
    admin: database.db,
    async [Symbol.asyncDispose]() {
      await db.close();
      await database.db.query(`DROP OWNED BY ${user} CASCADE`);
      await database.db.query(`ALTER DATABASE ${name} OWNER TO CURRENT_USER`);
      await database.db.query(`DROP ROLE ${user}`);
      await database[Symbol.asyncDispose]();
    },
  };
}

test("who may not become the roles goes on without the wall, is told what is lost, and has it at the next start once they may", async () => {
  await using owner = await openAsOwner("");
  const told: string[] = [];
  const log = { info: () => {}, warn: (_fields: unknown, text?: string) => void told.push(text ?? "") };
  await migrate(owner.db, { log });
  const seed = await seedAccount(owner.db);
  expect(told).toEqual([
    expect.stringMatching(
      /kept apart by the queries alone.*GRANT stellwerk_api, stellwerk_dispatcher TO "owner_/,
    ),
  ]);
  const before = await openAccounts(owner.db);
  expect(before.isWalled).toBe(false);
  expect(await before.of(seed.accountId).query(EVERY_CONNECTION)).toHaveLength(1);
  expect(await enterAsDispatcher(owner.db)).toBe(false);

  await owner.admin.query(`GRANT ${API_ROLE}, ${DISPATCHER_ROLE} TO ${owner.user}`);
  await migrate(owner.db);
  const after = await openAccounts(owner.db);
  expect(after.isWalled).toBe(true);
  expect(await after.of(seed.accountId).query(EVERY_CONNECTION)).toHaveLength(1);
  expect(await after.of(newUuid()).query(EVERY_CONNECTION)).toEqual([]);
});
