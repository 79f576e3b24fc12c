/** The limits of the server, on real connections. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_KEY, openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { openRaw, sayRaw } from "../testing/raw-connection.ts";
import { makeAccount, makeSource, SAMPLE } from "../testing/requests.ts";

const CONNECTIONS = 20;

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    limits: {
      headersTimeoutMs: 600,
      requestTimeoutMs: 1_500,
      pipelined: 10,
      connectionsPerAddress: CONNECTIONS,
    },
  });
});
afterAll(() => api[Symbol.asyncDispose]());

async function serves(): Promise<void> {
  expect((await fetch(`${api.url}/livez`)).status).toBe(200);
}

const BROKEN = /^HTTP\/1\.1 400 [^]*problem\+json[^]*broken-request/;

describe("what is not a request", () => {
  test.each([
    ["no host", "GET /livez HTTP/1.1\r\n\r\n"],
    [
      "two lengths",
      "POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    ],
    [
      "a length and chunks: how requests are smuggled",
      "POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    [
      "chunks that are not the last encoding",
      "POST /v1/events HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    ],
    ["a header without a colon", "GET /livez HTTP/1.1\r\nhost: x\r\nnonsense\r\n\r\n"],
    ["a folded header", "GET /livez HTTP/1.1\r\nhost: x\r\nx-a: 1\r\n 2\r\n\r\n"],
    ["another protocol", "\x16\x03\x01\x02\x00\x01\x00"],
  ])("%s is 400", async (_name, text) => {
    expect(await sayRaw(api.url, text.replace("host: x\r\n", "host: x\r\nconnection: close\r\n"))).toMatch(
      BROKEN,
    );
  });

  test("a chunk whose size is none ends the connection, and takes nothing in", async () => {
    const { hook } = await makeSource(api);
    const before = api.records.length;
    const head = `POST ${hook} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked`;
    expect(await sayRaw(api.url, `${head}\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`)).toMatch(BROKEN);
    const extended = await sayRaw(api.url, `${head}\r\n\r\n1;${"x".repeat(20_000)}\r\n{\r\n`);
    expect(extended).toMatch(/^HTTP\/1\.1 413 [^]*problem\+json/);
    expect(api.records.length).toBe(before);
    await serves();
  });

  test("an expectation that nobody knows is 417; 100-continue is answered", async () => {
    const head = "POST /v1/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\nexpect: ";
    expect(await sayRaw(api.url, `${head}a-miracle\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 417 [^]*problem\+json/);
    expect(await sayRaw(api.url, `${head}100-continue\r\n\r\n{}`)).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 /,
    );
  });
});

describe("headers", () => {
  test("too many are 431, whatever they are, and none is dropped in silence", async () => {
    const many = Array.from({ length: 150 }, (_, index) => `x-${index}: 1\r\n`).join("");
    const head = `GET /v1/sources HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${many}authorization: Bearer ${ADMIN_KEY}`;
    expect(await sayRaw(api.url, `${head}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 [^]*at most 100 headers/);
    await serves();
  });

  test("that never end are cut off at their limit, not kept", async () => {
    const connection = await openRaw(api.url);
    connection.socket.write("GET / HTTP/1.1\r\nhost: x\r\n");
    const flood = setInterval(() => connection.socket.write(`x-a: ${"x".repeat(4_000)}\r\n`), 5);
    expect(await connection.closed).toMatch(/^HTTP\/1\.1 431 /);
    clearInterval(flood);
    await serves();
  });

  test("that come one by one are 408 when their time is over", async () => {
    const connection = await openRaw(api.url);
    connection.socket.write("GET / HTTP/1.1\r\nhost: x\r\n");
    const drip = setInterval(() => connection.socket.write("x-a: 1\r\n"), 100);
    const startedAt = performance.now();
    expect(await connection.closed).toMatch(/^HTTP\/1\.1 408 [^]*did not arrive in time/);
    clearInterval(drip);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

test("a connection that says nothing is closed", async () => {
  const connection = await openRaw(api.url);
  expect(await connection.closed).toMatch(/^HTTP\/1\.1 408 /);
});

test("a body that does not come is 408, and its share of the intake is free again", async () => {
  const { hook } = await makeSource(api);
  const connection = await openRaw(api.url);
  connection.socket.write(`POST ${hook} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{`);
  expect(await connection.closed).toMatch(/^HTTP\/1\.1 408 /);
  await serves();
});

describe("pipelining", () => {
  test("some requests at once are answered in order", async () => {
    const paths = ["/livez", "/nothing", "/livez"];
    const requests = paths.map(
      (path, index) =>
        `GET ${path} HTTP/1.1\r\nhost: x\r\n${index === paths.length - 1 ? "connection: close\r\n" : ""}\r\n`,
    );
    const statuses = (await sayRaw(api.url, requests.join(""))).matchAll(/HTTP\/1\.1 (\d{3}) /g);
    expect([...statuses].map(([, status]) => status)).toEqual(["200", "404", "200"]);
  });

  test("many at once end the connection, and the work of none piles up", async () => {
    const request = `GET /v1/sources HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ADMIN_KEY}\r\n\r\n`;
    const answered = (await sayRaw(api.url, request.repeat(500))).matchAll(/HTTP\/1\.1 200 /g);
    expect([...answered].length).toBeLessThanOrEqual(11);
    await serves();
  });
});

describe("connections", () => {
  test("one address holds so many and no more; those it has still work", async () => {
    const open = await Promise.all(Array.from({ length: CONNECTIONS }, () => openRaw(api.url)));
    const oneMore = await openRaw(api.url);
    expect(await oneMore.closed).toBe("");
    open[0]?.socket.write("GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await open[0]?.closed).toMatch(/^HTTP\/1\.1 200 /);
    for (const { socket } of open) socket.destroy();
    await Promise.all(open.map(({ closed }) => closed));
    expect(api.logged.join("")).toMatch(/too many from one address.*STELLWERK_TRUSTED_PROXIES/);
    await expect
      .poll(() =>
        fetch(`${api.url}/livez`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  test("a trusted proxy may hold more than one address may", async () => {
    await using behind = await openTestApi({
      limits: { trustedProxies: ["127.0.0.0/8"], connectionsPerAddress: 2 },
    });
    const open = await Promise.all(Array.from({ length: 5 }, () => openRaw(behind.url)));
    open[4]?.socket.write("GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await open[4]?.closed).toMatch(/^HTTP\/1\.1 200 /);
    for (const { socket } of open) socket.destroy();
  });

  test("when all are taken, those who only hold theirs open give way", async () => {
    await using full = await openTestApi({ limits: { maxConnections: 3 } });
    const idle = await Promise.all(Array.from({ length: 3 }, () => openRaw(full.url)));
    for (const { socket } of idle) socket.write("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
    await expect.poll(() => idle.every((each) => each.text().includes('"ok"'))).toBe(true);
    await (
      await openRaw(full.url)
    ).closed;
    await Promise.all(idle.map(({ closed }) => closed));
    const next = await openRaw(full.url);
    next.socket.write("GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await next.closed).toMatch(/^HTTP\/1\.1 200 /);
    expect(full.logged.join("")).toMatch(/STELLWERK_MAX_CONNECTIONS/);
  });
});

test("what is beyond the intake is 503 at once, what was taken is answered, and then all is as before", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let entered = 0;
  await using slow = await openTestApi({
    beforePublish: () => {
      entered += 1;
      return held;
    },
    limits: { connectionsPerAddress: 5_000 },
  });
  const { hook } = await makeSource(slow);
  const publish = () =>
    fetch(slow.url + hook, {
      method: "POST",
      headers: { "content-type": "application/json", connection: "close" },
      body: SAMPLE,
    }).then(({ status, headers }) => ({ status, retryAfter: headers.get("retry-after") }));
  // Half of the intake: one account's share.
  const taken = Array.from({ length: 500 }, publish);
  await expect.poll(() => entered, { timeout: 30_000 }).toBe(500);
  const refused = await Promise.all(Array.from({ length: 20 }, publish));
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
  expect(refused[0]?.retryAfter).toBe("1");
  // People still get through, and another account's events are taken.
  expect((await slow.call("GET", "/v1/sources")).status).toBe(200);
  const headers = await makeAccount(slow);
  const other = slow.call("POST", "/v1/events", { headers, body: { type: "x", data: {} } });
  await expect.poll(() => entered).toBe(501);
  release();
  expect((await other).status).toBe(202);
  expect(new Set((await Promise.all(taken)).map(({ status }) => status))).toEqual(new Set([202]));
  expect((await publish()).status).toBe(202);
}, 60_000);
