/** Rates as clients meet them, over HTTP. */
import { expect, test } from "vitest";
import { openTestApi, type Reply } from "../testing/open-test-api.ts";
import { makeKey, makeSource, SAMPLE } from "../testing/requests.ts";

const json = { "content-type": "application/json" };

function expectRateLimited(reply: Reply | undefined, path: string): void {
  expect(reply?.status).toBe(429);
  expect(reply?.headers.get("content-type")).toBe("application/problem+json");
  expect(reply?.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  expect(reply?.body).toMatchObject({
    type: "urn:stellwerk:problem:rate-limited",
    errors: [{ path, expected: expect.any(String), fix: expect.any(String) }],
  });
}

async function callUntil429(call: () => Promise<Reply>, atMost: number): Promise<Reply | undefined> {
  for (let count = 0; count < atMost; count += 1) {
    const reply = await call();
    if (reply.status === 429) return reply;
  }
  return undefined;
}

test("a key that asks too often is 429, another one is served, and so is the first after the wait", async () => {
  await using api = await openTestApi({ limits: { ratePerKey: 15 } });
  const key = await makeKey(api, "read");
  const refused = await callUntil429(() => api.call("GET", "/v1/sources", { key }), 60);
  expectRateLimited(refused, "authorization");
  expect((await api.call("GET", "/v1/sources")).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, Number(refused?.headers.get("retry-after")) * 1_000));
  expect((await api.call("GET", "/v1/sources", { key })).status).toBe(200);
});

test("a batch counts as its events", async () => {
  await using api = await openTestApi({ limits: { ratePerKey: 20 } });
  const key = await makeKey(api, "publish");
  const body = Array.from({ length: 100 }, () => ({ type: "painted", data: {} }));
  expect((await api.call("POST", "/v1/events", { key, body })).body.items).toHaveLength(100);
  const refused = await api.call("POST", "/v1/events", { key, body });
  expectRateLimited(refused, "authorization");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(2);
});

test("a hook URL that is called too often is 429, another one is served", async () => {
  await using api = await openTestApi({ limits: { ratePerToken: 10 } });
  const [busy, quiet] = [await makeSource(api), await makeSource(api)];
  const call = (hook: string) => api.call("POST", hook, { raw: SAMPLE, headers: json, key: null });
  expectRateLimited(await callUntil429(() => call(busy.hook), 60), "token");
  expect((await call(quiet.hook)).status).toBe(202);
});

test("guesses of keys and hook URLs count together, and a forged X-Forwarded-For is no other client", async () => {
  await using api = await openTestApi();
  const { hook } = await makeSource(api);
  const knock = () => api.call("POST", hook, { raw: SAMPLE, headers: json, key: null });
  expect((await knock()).status).toBe(202);
  let count = 0;
  const guess = () => {
    count += 1;
    const headers = { ...json, "x-forwarded-for": `198.51.100.${count % 250}` };
    return count % 2 === 0
      ? api.call("GET", "/v1/sources", { key: `guess-${count}`, headers })
      : api.call("POST", `/hooks/guess-${count}`, { raw: "{}", headers, key: null });
  };
  expectRateLimited(await callUntil429(guess, 1_000), count % 2 === 0 ? "authorization" : "token");
  // What is in use is not touched by it.
  expect((await knock()).status).toBe(202);
  expect((await api.call("GET", "/v1/sources")).status).toBe(200);
});

test("behind a trusted proxy each client has its own guesses", async () => {
  await using api = await openTestApi({ limits: { trustedProxies: ["127.0.0.1"] } });
  let count = 0;
  const guess = (client: string) => {
    count += 1;
    return api.call("GET", "/v1/sources", {
      key: `guess-${count}`,
      headers: { "x-forwarded-for": `1.1.1.1, ${client}` },
    });
  };
  expectRateLimited(await callUntil429(() => guess("198.51.100.1"), 1_000), "authorization");
  expect((await guess("198.51.100.2")).status).toBe(401);
});

test("a rate of 0 is no limit", async () => {
  await using api = await openTestApi({ limits: { ratePerKey: 0 } });
  expect(await callUntil429(() => api.call("GET", "/v1/event-types"), 50)).toBeUndefined();
});

test("a flood of readyz is a few questions to the bus", async () => {
  await using api = await openTestApi();
  const replies = await Promise.all(
    Array.from({ length: 300 }, () => api.call("GET", "/readyz", { key: null })),
  );
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(api.pings()).toBeLessThan(100);
});
