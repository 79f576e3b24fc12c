import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { createAccessCache } from "../ingress/access-cache.ts";
import { limitAccess } from "./limited-access.ts";
import { createRateLimit } from "./rate-limit.ts";

const KNOWN = Buffer.from("known");

/** Over a real cache, with everything that was asked of the store. */
function openLimited(parts: { misses?: number; rate?: number } = {}) {
  const asked: string[] = [];
  const cache = createAccessCache<{ id: string }>({
    load: async (name) => {
      asked.push(name);
      return name === KNOWN.toString("base64") ? { id: "the key" } : undefined;
    },
    accountOf: () => "account",
  });
  const limited = limitAccess({
    find: (hash, beforeLoad) => cache.find(hash.toString("base64"), beforeLoad),
    idOf: ({ id }) => id,
    clientOf: (request) => String(request.headers["x-client"]),
    rate: createRateLimit({ perSecond: 0.01, burst: parts.rate ?? 1_000 }),
    misses: createRateLimit({ perSecond: 0.01, burst: parts.misses ?? 3 }),
    names: { path: "authorization", thing: "API key", setting: "STELLWERK_RATE_PER_KEY" },
  });
  const find = (name: Buffer, client = "a") => {
    const request = new IncomingMessage(new Socket());
    request.headers["x-client"] = client;
    return limited.find(name, request);
  };
  return { asked, cache, limited, find };
}

async function guess(find: (name: Buffer) => Promise<unknown>, count: number): Promise<string[]> {
  const results: string[] = [];
  for (let index = 0; index < count; index += 1) {
    results.push(
      await find(Buffer.from(`guess ${index}`)).then(
        () => "unknown",
        (error) => String(error.problem.status),
      ),
    );
  }
  return results;
}

test("guesses are looked up a few times, then refused without asking the store", async () => {
  const { asked, find } = openLimited();
  expect(await guess(find, 5)).toEqual(["unknown", "unknown", "unknown", "429", "429"]);
  expect(asked).toHaveLength(3);
});

test("another client's guesses are its own", async () => {
  const { find } = openLimited();
  await guess(find, 5);
  expect(await find(Buffer.from("x"), "b")).toBeUndefined();
});

test("whoever is in use is not kept out by somebody who guesses from the same address", async () => {
  const { asked, cache, find } = openLimited();
  await find(KNOWN);
  await guess(find, 5);
  cache.forget();
  expect(await find(KNOWN)).toEqual({ id: "the key" });
  expect(asked.filter((name) => name === KNOWN.toString("base64"))).toHaveLength(2);
});

test("the same wrong one again and again is no guess", async () => {
  const { cache, find } = openLimited();
  for (let round = 0; round < 10; round += 1) {
    expect(await find(Buffer.from("rotated"))).toBeUndefined();
    cache.forget();
  }
  expect(await find(Buffer.from("another"))).toBeUndefined();
});

test("a known one has a rate; the refusal names the limit and what to do, never the key", async () => {
  const { find, limited } = openLimited({ rate: 2 });
  await find(KNOWN);
  limited.charge("the key", 1);
  await expect(find(KNOWN)).rejects.toMatchObject({
    problem: {
      status: 429,
      code: "rate-limited",
      headers: { "retry-after": expect.stringMatching(/^[1-9]\d*$/) },
      errors: [
        {
          path: "authorization",
          expected: expect.stringMatching("requests a second for one API key"),
          fix: expect.stringMatching(/Wait \d+ s.*STELLWERK_RATE_PER_KEY/),
        },
      ],
    },
  });
});
