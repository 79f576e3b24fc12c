import { newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  deleteConnection,
  forgetUnusedRemembered,
  keepRemembered,
  loadRemembered,
  type RememberedPlace,
} from "./index.ts";
import { openTestDatabase, seedAccount, type TestDatabase } from "./testing/index.ts";

let database: TestDatabase;
let website: RememberedPlace;

afterEach(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  database = await openTestDatabase();
  const { accountId, connectionId } = await seedAccount(database.db);
  website = { accountId, connectionId, subject: "website/1" };
});

const keep = (values: Readonly<Record<string, unknown>>, place = website) =>
  keepRemembered(database.db, [{ ...place, values }]);
const load = async (place = website) => Object.fromEntries(await loadRemembered(database.db, place));

test("is kept by connection, subject and name; null forgets", async () => {
  await keep({ ts: "1.2", card: { channel: "C1", blocks: [1] } });
  await keep({ ts: "9.9" }, { ...website, subject: "website/2" });
  expect(await load()).toEqual({ ts: "1.2", card: { channel: "C1", blocks: [1] } });
  await keep({ ts: "1.3", card: null });
  expect(await load()).toEqual({ ts: "1.3" });
  expect(await load({ ...website, accountId: newUuid() })).toEqual({});
});

test("of two changes of one commit for one name the later counts", async () => {
  await keepRemembered(database.db, [
    { ...website, values: { ts: "first", gone: 1 } },
    { ...website, values: { ts: "second", gone: undefined } },
  ]);
  expect(await load()).toEqual({ ts: "second" });
});

test("a strange text stops no batch", async () => {
  await keep({ title: "a\u0000b\ud800" });
  expect(await load()).toEqual({ title: "a\uFFFDb\uFFFD" });
});

test("goes with its connection, and nothing is kept for one that is gone", async () => {
  await keep({ ts: "1" });
  await deleteConnection(database.db, website.accountId, { id: website.connectionId, version: 1 });
  await keep({ ts: "2" });
  expect(await load()).toEqual({});
});

test("what is read stays, what nobody has used for over a year goes", async () => {
  await keep({ used: 1 });
  await keep({ unused: 1 }, { ...website, subject: "website/2" });
  await database.db.query("UPDATE remembered SET used_at = now() - interval '401 days'");
  await load();
  expect(await forgetUnusedRemembered(database.db)).toBe(1);
  expect(await load()).toEqual({ used: 1 });
});
