import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_KEY, openTestApi, type Reply, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeKey } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** The status of a problem that is complete and gives nothing away. */
function problemStatus(reply: Reply): number {
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect(reply.headers.get("x-request-id")).toBe(reply.body.requestId);
  expect(reply.body).toMatchObject({
    type: expect.stringMatching(/^urn:stellwerk:problem:/),
    title: expect.any(String),
    status: reply.status,
    detail: expect.any(String),
    errors: expect.any(Array),
  });
  expect(JSON.stringify(reply.body)).not.toMatch(/\bat .*\.ts:|node_modules/);
  return reply.status;
}

describe("problems", () => {
  test("an unknown route is 404", async () => {
    expect(problemStatus(await api.call("GET", "/nothing/here"))).toBe(404);
    expect(problemStatus(await api.call("GET", "/v1/nothing"))).toBe(404);
    expect(problemStatus(await api.call("GET", "/v1/%E0%A4%A"))).toBe(404);
  });

  test("a wrong method is 405 and says which are right", async () => {
    const reply = await api.call("PUT", "/v1/sources");
    expect(problemStatus(reply)).toBe(405);
    expect(reply.headers.get("allow")).toBe("GET, HEAD, POST");
    expect(problemStatus(await api.call("GET", "/hooks/x"))).toBe(405);
    const fixed = await api.call("DELETE", "/v1/deliveries/resend");
    expect(fixed.headers.get("allow")).toBe("POST");
  });

  test("malformed JSON is 400 with its place", async () => {
    const raw = '{\n  "name": "x"\n  "kind": "form"}';
    const reply = await api.call("POST", "/v1/sources", {
      raw,
      headers: { "content-type": "application/json" },
    });
    expect(problemStatus(reply)).toBe(400);
    expect(reply.body.detail).toMatch(/line 3, column 3/);
  });

  test("a wrong media type is 415, a large body 413", async () => {
    const headers = { "content-type": "text/plain" };
    expect(problemStatus(await api.call("POST", "/v1/sources", { raw: "x", headers }))).toBe(415);
    expect(problemStatus(await api.call("POST", "/v1/sources", { raw: Buffer.alloc(2_000_000) }))).toBe(413);
  });

  test("everything that is wrong is told at once, with what was expected and what came", async () => {
    const body = { name: "", kind: "fax", key: "Not A Key", extra: 1 };
    const reply = await api.call("POST", "/v1/sources?x=1", { body });
    expect(problemStatus(reply)).toBe(400);
    const errors = new Map(reply.body.errors.map((each: { path: string }) => [each.path, each]));
    expect(new Set(errors.keys())).toEqual(new Set(["extra", "key", "kind", "name", "x"]));
    expect(errors.get("kind")).toMatchObject({
      expected: 'one of "sitejet", "form", "api", "sandbox"',
      received: '"fax"',
    });
  });

  test("of more than a hundred things that are wrong the first hundred are told", async () => {
    const body = Object.fromEntries(Array.from({ length: 20_000 }, (_none, index) => [`field${index}`, 1]));
    const reply = await api.call("POST", "/v1/sources", { body });
    expect(problemStatus(reply)).toBe(400);
    expect(reply.body.errors).toHaveLength(100);
    expect(reply.body.detail).toContain("the first 100 in errors");
    expect(reply.bytes.length).toBeLessThan(30_000);
  });

  test("what cannot be stored is refused by name", async () => {
    const reply = await api.call("POST", "/v1/connections", {
      body: { connector: "inbox", settings: { a: "x\0y" }, name: "\ud800" },
    });
    expect(problemStatus(reply)).toBe(400);
    const paths = reply.body.errors.map((each: { path: string }) => each.path);
    expect(paths).toEqual(expect.arrayContaining(["settings.a", "name"]));
  });

  test("what is not HTTP, and headers without end, get a problem as well", async () => {
    expect(await rawExchange("NONSENSE\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 [^]*problem\+json[^]*broken-request/,
    );
    const huge = `GET /livez HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`;
    expect(await rawExchange(huge)).toMatch(/^HTTP\/1\.1 431 [^]*problem\+json/);
  });

  test("a client that goes away in mid-body leaves no error behind", async () => {
    const before = api.logged.length;
    await new Promise<void>((resolve) => {
      const request = httpRequest(`${api.url}/v1/events`, {
        method: "POST",
        headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-length": "1000" },
      });
      request.on("error", () => resolve());
      request.write("{");
      setTimeout(() => request.destroy(), 50);
    });
    expect((await api.call("GET", "/livez")).status).toBe(200);
    expect(api.logged.slice(before).join("")).not.toMatch(/"level":"error"/);
  });
});

function rawExchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("keys", () => {
  test("without a key 401, with a wrong one 401, both alike for every management route", async () => {
    for (const path of [
      "/v1/events",
      "/v1/sources",
      "/v1/connections",
      "/v1/subscriptions",
      "/v1/deliveries",
      "/v1/keys",
    ]) {
      expect(problemStatus(await api.call("GET", path, { key: null }))).toBe(401);
      expect(problemStatus(await api.call("GET", path, { key: "wrong" }))).toBe(401);
    }
    expect(
      problemStatus(
        await api.call("GET", "/v1/keys", { key: null, headers: { authorization: "Basic eDp5" } }),
      ),
    ).toBe(401);
  });

  test("a scope allows what it says and nothing more", async () => {
    const read = await makeKey(api, "read");
    expect((await api.call("GET", "/v1/sources", { key: read })).status).toBe(200);
    expect(
      problemStatus(await api.call("POST", "/v1/sources", { key: read, body: { name: "x", kind: "form" } })),
    ).toBe(403);
    const manage = await makeKey(api, "manage");
    expect((await api.call("GET", "/v1/sources", { key: manage })).status).toBe(200);
    expect(problemStatus(await api.call("GET", "/v1/accounts", { key: manage }))).toBe(403);
    const publish = await makeKey(api, "publish");
    expect(problemStatus(await api.call("GET", "/v1/events", { key: publish }))).toBe(403);
  });

  test("only an admin may name another account", async () => {
    const other = await makeAccount(api);
    const manage = await makeKey(api, "manage");
    expect(problemStatus(await api.call("GET", "/v1/sources", { key: manage, headers: other }))).toBe(403);
    expect((await api.call("GET", "/v1/sources", { headers: other })).status).toBe(200);
    const unknown = { "stellwerk-account": "acc_01j9zzzzzzzzzzzzzzzzzzzzzz" };
    expect(problemStatus(await api.call("GET", "/v1/sources", { headers: unknown }))).toBe(404);
    expect(
      problemStatus(await api.call("GET", "/v1/sources", { headers: { "stellwerk-account": "x" } })),
    ).toBe(404);
  });
});

describe("lists", () => {
  test("go on where they stopped, newest first, while new ones come in", async () => {
    const ids: string[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) {
      const { body } = await api.call("POST", "/v1/connections", { body: { connector: "inbox", name } });
      ids.unshift(body.id);
    }
    const first = await api.call("GET", "/v1/connections?limit=2");
    await api.call("POST", "/v1/connections", { body: { connector: "inbox", name: "late" } });
    const second = await api.call("GET", `/v1/connections?limit=2&cursor=${first.body.next}`);
    const third = await api.call("GET", `/v1/connections?limit=2&cursor=${second.body.next}`);
    const seen = [first, second, third].flatMap((page) =>
      page.body.items.map((each: { id: string }) => each.id),
    );
    expect(seen.slice(0, 5)).toEqual(ids);
  });

  test("a cursor from another list, of another filter or of nothing is refused by name", async () => {
    const { body } = await api.call("GET", "/v1/connections?limit=1");
    const elsewhere = await api.call("GET", `/v1/sources?cursor=${body.next}`);
    expect(problemStatus(elsewhere)).toBe(400);
    expect(elsewhere.body.errors[0]).toMatchObject({
      path: "cursor",
      message: expect.stringMatching("GET /v1/connections"),
    });
    const other = await makeAccount(api);
    expect(
      problemStatus(await api.call("GET", `/v1/connections?cursor=${body.next}`, { headers: other })),
    ).toBe(400);
    expect(problemStatus(await api.call("GET", "/v1/sources?cursor=nonsense"))).toBe(400);
  });

  test("a limit above 200 or below 1 is refused", async () => {
    expect(problemStatus(await api.call("GET", "/v1/sources?limit=201"))).toBe(400);
    expect(problemStatus(await api.call("GET", "/v1/sources?limit=0"))).toBe(400);
    expect(problemStatus(await api.call("GET", "/v1/sources?limit=many"))).toBe(400);
  });
});

test("an id that is none is the same as an unknown one", async () => {
  const unknown = await api.call("GET", "/v1/sources/src_01j9zzzzzzzzzzzzzzzzzzzzzz");
  const none = await api.call("GET", "/v1/sources/nonsense");
  expect(problemStatus(unknown)).toBe(404);
  expect(problemStatus(none)).toBe(404);
  expect(none.body.title).toBe(unknown.body.title);
});
