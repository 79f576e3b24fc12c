import { expect, test } from "vitest";
import { createAccessCache } from "./access-cache.ts";

interface Access {
  readonly accountId: string;
}

function open(rows: Record<string, Access>, ttlMs = 10_000) {
  const asked: string[] = [];
  let away = false;
  let gate: Promise<void> = Promise.resolve();
  const cache = createAccessCache<Access>({
    async load(key) {
      asked.push(key);
      const found = rows[key];
      await gate;
      if (away) throw new Error("the database is away");
      return found;
    },
    accountOf: (access) => access.accountId,
    ttlMs,
  });
  return {
    cache,
    asked,
    rows,
    goAway: () => (away = true),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

test("known and unknown keys are asked for once, by any number at the same time", async () => {
  const { cache, asked } = open({ a: { accountId: "1" } });
  const found = await Promise.all([cache.find("a"), cache.find("a"), cache.find("b")]);
  expect(found).toEqual([{ accountId: "1" }, { accountId: "1" }, undefined]);
  await Promise.all([cache.find("a"), cache.find("b")]);
  expect(asked).toEqual(["a", "b"]);
});

test("forgetting an account forgets its entries and all unknown ones", async () => {
  const { cache, asked } = open({ a: { accountId: "1" }, b: { accountId: "2" } });
  await Promise.all(["a", "b", "c"].map((key) => cache.find(key)));
  cache.forget("1");
  await Promise.all(["a", "b", "c"].map((key) => cache.find(key)));
  expect(asked).toEqual(["a", "b", "c", "a", "c"]);
});

test("what was read before a revocation is not remembered after it", async () => {
  const { cache, rows, hold } = open({ a: { accountId: "1" } });
  const release = hold();
  const reading = cache.find("a");
  delete rows["a"];
  cache.forget("1");
  release();
  await reading;
  expect(await cache.find("a")).toBeUndefined();
});

test("nothing is trusted beyond its time when the database is away", async () => {
  const { cache, goAway } = open({ a: { accountId: "1" } }, 20);
  await cache.find("a");
  goAway();
  expect(await cache.find("a")).toBeDefined();
  await new Promise((resolve) => setTimeout(resolve, 40));
  await expect(cache.find("a")).rejects.toThrow("away");
  await expect(cache.find("a")).rejects.toThrow("away");
});

test("an entry's time runs from the asking, not from an answer that took long", async () => {
  const { cache, asked, hold } = open({ a: { accountId: "1" } }, 100);
  const release = hold();
  const reading = cache.find("a");
  await new Promise((resolve) => setTimeout(resolve, 150));
  release();
  expect(await reading).toBeDefined();
  await cache.find("a");
  expect(asked).toEqual(["a", "a"]);
});

test("a flood of guesses pushes no known key out, and is not remembered without bound", async () => {
  const { cache, asked } = open({ a: { accountId: "1" } });
  await cache.find("a");
  for (let count = 0; count < 25_000; count += 1) await cache.find(`guess-${count}`);
  asked.length = 0;
  await cache.find("a");
  await cache.find("guess-24999");
  expect(asked).toEqual([]);
  await cache.find("guess-0");
  expect(asked).toEqual(["guess-0"]);
});
