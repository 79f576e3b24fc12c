import { newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  deleteSubscription,
  findSubscription,
  listRulesAt,
  raiseRevision,
  updateSubscription,
} from "./index.ts";
import { openTestDatabase, seedAccount, type TestDatabase } from "./testing/index.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database[Symbol.asyncDispose]());

/** The revision after a change of its types. */
async function change(accountId: string, id: string, eventTypes: readonly string[]): Promise<number> {
  return database.db.transaction(async (tx) => {
    const revision = await raiseRevision(tx, accountId);
    const row = (await findSubscription(tx, accountId, id))!;
    await updateSubscription(tx, accountId, revision, { ...row, eventTypes });
    return revision;
  });
}

async function remove(accountId: string, id: string): Promise<number> {
  return database.db.transaction(async (tx) => {
    const revision = await raiseRevision(tx, accountId);
    const row = (await findSubscription(tx, accountId, id))!;
    await deleteSubscription(tx, accountId, revision, row);
    return revision;
  });
}

test("a rule is shown as it was at a revision: before it was made, changed, deleted", async () => {
  const { db } = database;
  const { accountId, subscriptionIds } = await seedAccount(db, { eventTypes: ["a"] });
  const [id] = subscriptionIds as [string];
  const made = (await listRulesAt(db, accountId, 1_000, { limit: 10 }))[0]!;
  expect(made).toMatchObject({ id, version: 1, enabled: true, eventTypes: ["a"], condition: null });
  const changedAt = await change(accountId, id, ["b"]);
  expect(await listRulesAt(db, accountId, 0, { limit: 10 })).toMatchObject([{ id, version: null }]);
  expect(await listRulesAt(db, accountId, changedAt - 1, { limit: 10 })).toMatchObject([{ version: 1 }]);
  expect(await listRulesAt(db, accountId, changedAt, { limit: 10 })).toMatchObject([
    { version: 2, eventTypes: ["b"] },
  ]);
  const deletedAt = await remove(accountId, id);
  expect(await listRulesAt(db, accountId, deletedAt, { limit: 10 })).toEqual([]);
  expect(await listRulesAt(db, accountId, deletedAt - 1, { limit: 10 })).toMatchObject([{ version: 2 }]);
  // It came later and is gone: nobody has a question about it.
  expect(await listRulesAt(db, accountId, 0, { limit: 10 })).toEqual([]);
});

test("pages go on where the last one ended, and no account sees another's rules", async () => {
  const { db } = database;
  const { accountId, subscriptionIds } = await seedAccount(db, { subscriptions: 3 });
  const ids = subscriptionIds.toSorted().toReversed();
  const first = await listRulesAt(db, accountId, 1_000, { limit: 2 });
  expect(first.map((each) => each.id)).toEqual(ids.slice(0, 2));
  const second = await listRulesAt(db, accountId, 1_000, { limit: 2, before: first[1]!.id });
  expect(second.map((each) => each.id)).toEqual(ids.slice(2));
  expect(await listRulesAt(db, newUuid(), 1_000, { limit: 2 })).toEqual([]);
});
