import { expect, test } from "vitest";
import {
  findAccount,
  findApiKeyByHash,
  hashSecret,
  listApiKeys,
  loadInstallation,
  openDatabase,
  prepareInstallation,
  revokeApiKey,
} from "./index.ts";
import { openTestDatabase } from "./testing/index.ts";

test("two processes that start at once make one installation, and one of them learns the key", async () => {
  await using database = await openTestDatabase();
  const other = openDatabase({ url: database.url, applicationName: "test" });
  const made = await Promise.all(
    [database.db, other].map((db) => prepareInstallation(db, { partitions: 12 })),
  );
  await other.close();
  expect(made.map((each) => each.firstStart).toSorted((a, b) => Number(a) - Number(b))).toEqual([
    false,
    true,
  ]);
  const [first] = made.filter((each) => each.firstStart);
  expect(new Set(made.map((each) => each.accountId)).size).toBe(1);
  expect(await findAccount(database.db, first!.accountId)).toMatchObject({ name: "My agency" });
  const access = await findApiKeyByHash(database.db, hashSecret(first!.apiKey!));
  expect(access).toMatchObject({ accountId: first!.accountId, scopes: ["admin"] });
  expect(made.filter((each) => each.apiKey !== undefined)).toHaveLength(1);
});

test("the number of partitions is that of the first start", async () => {
  await using database = await openTestDatabase();
  expect(await loadInstallation(database.db)).toBeUndefined();
  await prepareInstallation(database.db, { partitions: 3 });
  expect(await prepareInstallation(database.db, { partitions: 12 })).toMatchObject({ partitions: 3 });
  const owners = await database.db.query("SELECT partition FROM partition_owner ORDER BY partition");
  expect(owners).toEqual([{ partition: 0 }, { partition: 1 }, { partition: 2 }]);
  expect(await database.db.query("SELECT partition FROM partition_routed")).toHaveLength(3);
});

test("the operator's own key is taken at any start, and stays revoked once it was", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  const { accountId, apiKey } = await prepareInstallation(db, { partitions: 1, apiKey: "operators-own-key" });
  expect(apiKey).toBeUndefined();
  await prepareInstallation(db, { partitions: 1, apiKey: "operators-own-key" });
  await prepareInstallation(db, { partitions: 1, apiKey: "another-key-later" });
  const keys = await listApiKeys(db, accountId, { limit: 10 });
  expect(keys).toHaveLength(2);

  const own = await findApiKeyByHash(db, hashSecret("operators-own-key"));
  expect(await db.transaction((tx) => revokeApiKey(tx, accountId, own!.id))).toBe("revoked");
  await prepareInstallation(db, { partitions: 1, apiKey: "operators-own-key" });
  expect(await findApiKeyByHash(db, hashSecret("operators-own-key"))).toBeUndefined();
});

test("of two admin keys that are revoked at once, one is left", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  const { accountId } = await prepareInstallation(db, { partitions: 1, apiKey: "first-admin-key" });
  await prepareInstallation(db, { partitions: 1, apiKey: "second-admin-key" });
  const keys = await listApiKeys(db, accountId, { limit: 10 });
  const results = await Promise.all(
    keys.map(({ id }) => db.transaction((tx) => revokeApiKey(tx, accountId, id))),
  );
  expect(results.toSorted((a, b) => a.localeCompare(b))).toEqual(["last-admin", "revoked"]);
});
