import { newUuid } from "@stellwerk/delivery";
import { expect, test } from "vitest";
import { claimIdempotencyKeys, forgetExpiredIdempotencyKeys, hashForIdempotency } from "./index.ts";
import { openTestDatabase } from "./testing/index.ts";

function claimOf(key: string, body = "body") {
  return {
    accountId: "00000000-0000-7000-8000-000000000001",
    route: "POST /v1/events",
    keyHash: hashForIdempotency(key),
    bodyHash: hashForIdempotency(body),
    resourceId: newUuid(),
  };
}

test("the first with a key fixes the id; the same key twice in a statement too", async () => {
  await using database = await openTestDatabase();
  const [first, twin, other] = [claimOf("a"), claimOf("a"), claimOf("b")];
  expect(await claimIdempotencyKeys(database.db, [first, twin, other])).toEqual([
    { kind: "new", resourceId: first.resourceId },
    { kind: "repeat", resourceId: first.resourceId },
    { kind: "new", resourceId: other.resourceId },
  ]);
  expect(await claimIdempotencyKeys(database.db, [claimOf("a", "other"), claimOf("a")])).toEqual([
    { kind: "conflict" },
    { kind: "repeat", resourceId: first.resourceId },
  ]);
});

test("two processes with the same keys in another order do not deadlock", async () => {
  await using database = await openTestDatabase();
  const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
  const rounds = await Promise.all(
    Array.from({ length: 6 }, (_, round) =>
      claimIdempotencyKeys(
        database.db,
        (round % 2 === 0 ? keys : keys.toReversed()).map((key) => claimOf(key)),
      ),
    ),
  );
  const ids = rounds.flat().map((result) => (result.kind === "conflict" ? "conflict" : result.resourceId));
  expect(new Set(ids).size).toBe(keys.length);
});

test("an expired key is free again, before and after it was forgotten", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  await claimIdempotencyKeys(db, [claimOf("a"), claimOf("b")]);
  await db.query("UPDATE idempotency SET expires_at = now() - interval '1 second'");
  const again = claimOf("a", "another body");
  expect(await claimIdempotencyKeys(db, [again])).toEqual([{ kind: "new", resourceId: again.resourceId }]);
  await forgetExpiredIdempotencyKeys(db);
  expect(await db.query("SELECT FROM idempotency")).toHaveLength(1);
});
