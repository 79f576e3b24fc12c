import { expect, test } from "vitest";
import { openTestDatabase, startTestPostgres } from "./index.ts";

test("each test database is migrated and of its own", async () => {
  await using first = await openTestDatabase();
  await using second = await openTestDatabase();
  await first.db.query("INSERT INTO installation (partitions) VALUES (12)");
  expect(await first.db.query("SELECT partitions FROM installation")).toEqual([{ partitions: 12 }]);
  expect(await second.db.query("SELECT partitions FROM installation")).toEqual([]);
});

test("a test database is dropped when it is disposed of", async () => {
  await using witness = await openTestDatabase();
  const passing = await openTestDatabase();
  await passing[Symbol.asyncDispose]();
  const name = new URL(passing.url).pathname.slice(1);
  expect(await witness.db.query("SELECT 1 FROM pg_database WHERE datname = $1", [name])).toEqual([]);
});

test("a server of one's own is killed and restarted on the same url with its data", async () => {
  await using server = await startTestPostgres();
  const { openDatabase } = await import("../database.ts");
  const db = openDatabase({ url: server.url, applicationName: "test" });
  try {
    await db.query("CREATE TABLE kept AS SELECT 1 AS n");
    await server.kill();
    await expect(db.query("SELECT 1")).rejects.toThrow("did not answer");
    await server.restart();
    expect(await db.query("SELECT n FROM kept")).toEqual([{ n: 1 }]);
  } finally {
    await db.close();
  }
});
