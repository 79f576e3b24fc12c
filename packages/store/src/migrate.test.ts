import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { MigrationChangedError, PostgresTooOldError, SchemaTooNewError } from "./errors.ts";
import { applyMigrations, describeMigration, migrate, readMigrations, refuseOldPostgres } from "./migrate.ts";
import { openEmptyTestDatabase } from "./testing/index.ts";
import type { TestDatabase } from "./testing/index.ts";

const first = describeMigration("0001-first.sql", "CREATE TABLE first (n int);");
const second = describeMigration(
  "0002-second.sql",
  "CREATE TABLE second (n int);\nINSERT INTO first VALUES (2);",
);

let database: TestDatabase;
let db: Database;

beforeEach(async () => {
  database = await openEmptyTestDatabase();
  db = database.db;
});
afterEach(() => database[Symbol.asyncDispose]());

test("applies what is missing, in order, and nothing twice", async () => {
  expect(await applyMigrations(db, [first])).toEqual([1]);
  expect(await applyMigrations(db, [first, second])).toEqual([2]);
  expect(await applyMigrations(db, [first, second])).toEqual([]);
  expect(await db.query("SELECT n FROM first")).toEqual([{ n: 2 }]);
  expect(await db.query("SELECT number, name FROM migration ORDER BY number")).toEqual([
    { number: 1, name: "0001-first.sql" },
    { number: 2, name: "0002-second.sql" },
  ]);
});

test("of several processes at once one migrates and the others wait", async () => {
  const slow = describeMigration("0001-slow.sql", "SELECT pg_sleep(0.2); CREATE TABLE first (n int);");
  const results = await Promise.all(Array.from({ length: 4 }, () => applyMigrations(db, [slow, second])));
  expect(results.flat().toSorted((a, b) => a - b)).toEqual([1, 2]);
});

test("a migration that fails in the middle leaves nothing of itself", async () => {
  const broken = describeMigration("0002-broken.sql", "CREATE TABLE half (n int); SELECT 1 / 0;");
  await expect(applyMigrations(db, [first, broken])).rejects.toThrow("division by zero");
  expect(await db.query("SELECT to_regclass('half') AS half, to_regclass('first') AS first")).toEqual([
    { half: null, first: "first" },
  ]);
  expect(await applyMigrations(db, [first, second])).toEqual([2]);
});

test("data of a newer version is refused with both versions and what to do", async () => {
  await applyMigrations(db, [first, second]);
  const refused = applyMigrations(db, [first]);
  await expect(refused).rejects.toThrow(SchemaTooNewError);
  await expect(refused).rejects.toThrow(
    /schema version 2, .* knows versions up to 1\. Start the newer Stellwerk/,
  );
});

test("a changed migration is refused by name", async () => {
  await applyMigrations(db, [first]);
  const changed = describeMigration("0001-first.sql", "CREATE TABLE first (n bigint);");
  await expect(applyMigrations(db, [changed])).rejects.toThrow(MigrationChangedError);
  await expect(applyMigrations(db, [changed])).rejects.toThrow("0001-first.sql was changed");
});

test("a checkout with Windows line ends has the same checksum", () => {
  expect(describeMigration("0001-a.sql", "SELECT 1;\r\n")).toEqual(
    describeMigration("0001-a.sql", "SELECT 1;\n"),
  );
});

test("migrations are numbered from 1 without a gap", () => {
  const numbers = readMigrations().map((migration) => migration.number);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test("a PostgreSQL that is too old is refused with both versions", async () => {
  await expect(refuseOldPostgres(db, 99)).rejects.toThrow(PostgresTooOldError);
  await expect(refuseOldPostgres(db, 99)).rejects.toThrow(
    /runs PostgreSQL \d+\.\d+.*, but Stellwerk needs PostgreSQL 99/,
  );
});

test("a database may be given by its url", async () => {
  expect(await migrate(database.url)).toEqual(readMigrations().map((migration) => migration.number));
  const other = openDatabase({ url: database.url, applicationName: "test" });
  expect(await other.query("SELECT count(*) AS count FROM account")).toEqual([{ count: 0 }]);
  await other.close();
});
