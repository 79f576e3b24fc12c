import { builtInConnectors } from "@stellwerk/connectors";
import { newUuid } from "@stellwerk/delivery";
import { createSealer, readSecretKey, type Queryable } from "@stellwerk/store";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "@stellwerk/store/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigurationCache } from "./configuration-cache.ts";

let database: TestDatabase;
let seed: Seed;
let reads: number;
/** Called after each read, before its answer arrives. */
let onRead: () => void;
let cache: ConfigurationCache;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db);
  reads = 0;
  onRead = () => {};
  const query: Queryable["query"] = async (statement, values) => {
    reads += 1;
    const rows = await database.db.query<never>(statement, values);
    onRead();
    return rows;
  };
  const sealer = createSealer({ current: readSecretKey(Buffer.alloc(32, 7).toString("base64")) });
  cache = new ConfigurationCache({ db: { ...database.db, query }, connectors: builtInConnectors, sealer });
});
afterEach(() => database[Symbol.asyncDispose]());

const target = () => cache.target(seed.accountId, seed.subscriptionIds[0]!, 1);

test("deliveries that want an account at once share one read", async () => {
  const targets = await Promise.all(Array.from({ length: 100 }, target));
  expect(new Set(targets).size).toBe(1);
  expect(targets[0]?.subscriptionId).toBe(seed.subscriptionIds[0]);
  expect(reads).toBe(1);
});

test("what was read before a change is not kept after it", async () => {
  onRead = () => cache.forget(seed.accountId);
  await target();
  expect(cache.get(seed.accountId)).toBeUndefined();
  onRead = () => {};
  await target();
  expect(cache.get(seed.accountId)).toBeDefined();
});

test("a change of one account does not make the read of another come to nothing", async () => {
  onRead = () => cache.forget(newUuid());
  await cache.ensure([seed.accountId]);
  expect(cache.get(seed.accountId)).toBeDefined();
});
