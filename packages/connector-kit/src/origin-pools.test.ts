import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { createDial } from "./dial.ts";
import { createAddressGuard } from "./guard/address-guard.ts";
import { NameCache } from "./guard/name-cache.ts";
import { openNetwork } from "./network.ts";
import { OriginPools } from "./origin-pools.ts";

const opened: OriginPools[] = [];
afterEach(() => Promise.all(opened.splice(0).map((pools) => pools.close())));

function open(options: { maxOrigins: number; idleOriginMs: number }): OriginPools {
  const { resolver, connect } = openNetwork();
  const names = new NameCache({ resolver });
  const dial = createDial({ guard: createAddressGuard(), names, connect, connectTimeoutMs: 1_000 });
  const pools = new OriginPools({ dial, maxConnectionsPerOrigin: 1, maxHeaderBytes: 16_384, ...options });
  opened.push(pools);
  return pools;
}

test("the origin unused for longest is closed when there are too many", () => {
  const pools = open({ maxOrigins: 3, idleOriginMs: 10_000 });
  const [a, b, c] = ["a", "b", "c"].map((name) => {
    const entry = pools.take(`http://${name}.example`);
    pools.release(entry);
    return entry;
  });
  pools.release(pools.take("http://a.example"));
  pools.release(pools.take("http://d.example"));
  expect(pools.size).toBe(3);
  expect([a, b, c].map((entry) => entry?.pool.destroyed)).toEqual([false, true, false]);
});

test("a thousand origins in a row leave no more than the bound", () => {
  const pools = open({ maxOrigins: 10, idleOriginMs: 10_000 });
  for (let i = 0; i < 1_000; i += 1) pools.release(pools.take(`http://o${i}.example`));
  expect(pools.size).toBe(10);
});

test("an origin in use is never closed for another", () => {
  const pools = open({ maxOrigins: 1, idleOriginMs: 10_000 });
  const busy = pools.take("http://a.example");
  pools.release(pools.take("http://b.example"));
  expect(busy.pool.destroyed).toBe(false);
});

test("an idle origin is closed after a while, a busy one is not", async () => {
  const pools = open({ maxOrigins: 10, idleOriginMs: 30 });
  const busy = pools.take("http://a.example");
  pools.release(pools.take("http://b.example"));
  await expect.poll(() => pools.size).toBe(1);
  await pause(60);
  expect(busy.pool.destroyed).toBe(false);
  pools.release(busy);
  await expect.poll(() => pools.size).toBe(0);
});
