/** What every answer says to browsers, whatever it is. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { sayRaw } from "../testing/raw-connection.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const EXPECTED = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** What is missing, and what should not be there. */
function unsafeIn(headers: Headers): string[] {
  const missing = Object.entries(EXPECTED).filter(([name, value]) => headers.get(name) !== value);
  const surplus = ["x-powered-by", "server", "strict-transport-security"].filter((name) => headers.has(name));
  return [...missing.map(([name]) => name), ...surplus];
}

test.each([
  ["GET", "/livez", 200],
  ["GET", "/v1/sources", 200],
  ["GET", "/nothing", 404],
  ["GET", "/%E0%A4%A", 404],
  ["PUT", "/v1/sources", 405],
  ["OPTIONS", "/v1/sources", 405],
  ["POST", "/v1/sources", 400],
  ["POST", "/hooks/nothing", 404],
])("%s %s (%i)", async (method, path, status) => {
  const reply = await api.call(method, path);
  expect(reply.status).toBe(status);
  expect(unsafeIn(reply.headers)).toEqual([]);
});

test("HEAD /livez", async () => {
  expect(unsafeIn((await fetch(`${api.url}/livez`, { method: "HEAD" })).headers)).toEqual([]);
});

test("no key, a wrong media type, too large, the bus away", async () => {
  expect(unsafeIn((await api.call("GET", "/v1/sources", { key: null })).headers)).toEqual([]);
  const text = { "content-type": "text/plain" };
  expect(unsafeIn((await api.call("POST", "/v1/sources", { raw: "x", headers: text })).headers)).toEqual([]);
  expect(unsafeIn((await api.call("POST", "/v1/sources", { raw: Buffer.alloc(2_000_000) })).headers)).toEqual(
    [],
  );
  api.breakBus(true);
  const away = await api.call("POST", "/v1/events", { body: { type: "x", data: {} } });
  api.breakBus(false);
  expect(away.status).toBe(503);
  expect(unsafeIn(away.headers)).toEqual([]);
});

test.each(["NONSENSE\r\n\r\n", `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`])(
  "what is not a request: %.12s",
  async (text) => {
    const [head = ""] = (await sayRaw(api.url, text)).split("\r\n\r\n");
    const lines = head.split("\r\n").slice(1);
    const headers = new Headers(lines.map((line) => line.split(": ") as [string, string]));
    expect(unsafeIn(headers)).toEqual([]);
  },
);

test("reached by https, browsers are told to stay there; by http they are not", async () => {
  await using secure = await openTestApi({ publicUrl: "https://hooks.example.com" });
  const { headers } = await secure.call("GET", "/livez");
  expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
  expect(await sayRaw(secure.url, "NONSENSE\r\n\r\n")).toMatch(/strict-transport-security: max-age=31536000/);
});

test("a problem says what was expected and what to do: 404, 405, 503", async () => {
  const nothing = await api.call("GET", "/v1/source");
  expect(nothing.body.errors[0]).toMatchObject({
    expected: expect.stringMatching(/GET \/v1\/sources/),
    fix: expect.stringMatching(/openapi\.json/),
  });
  const gone = await api.call("GET", "/v1/sources/src_01j9zzzzzzzzzzzzzzzzzzzzzz");
  expect(gone.body.errors[0]).toMatchObject({ expected: expect.any(String), fix: expect.any(String) });
  const wrong = await api.call("PUT", "/v1/sources");
  expect(wrong.body.errors[0]).toMatchObject({ expected: "GET, HEAD, POST", received: "PUT" });
  api.breakBus(true);
  const away = await api.call("POST", "/v1/events", { body: { type: "x", data: {} } });
  api.breakBus(false);
  expect(away.body.errors[0]).toMatchObject({ fix: expect.stringMatching(/in 2 s.*Idempotency-Key/) });
});
