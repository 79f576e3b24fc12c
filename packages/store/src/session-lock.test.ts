import { expect, test } from "vitest";
import { takeSessionLock } from "./index.ts";
import { openTestDatabase } from "./testing/index.ts";

test("one session has it until it is released", async () => {
  await using database = await openTestDatabase();
  const first = await takeSessionLock(database.url, "stellwerk test lock");
  expect(first).toBeDefined();
  expect(await takeSessionLock(database.url, "stellwerk test lock")).toBeUndefined();
  await first?.release();
  const second = await takeSessionLock(database.url, "stellwerk test lock");
  expect(second).toBeDefined();
  await second?.release();
});
