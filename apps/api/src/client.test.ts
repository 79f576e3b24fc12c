/** `@stellwerk/client` against the real server, also through a network that fails. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Client, createClient, ProblemError } from "@stellwerk/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routePublished } from "./testing/dispatch.ts";
import { type Fault, type FlakyProxy, openFlakyProxy } from "./testing/flaky-proxy.ts";
import { ADMIN_KEY, openTestApi, type TestApi } from "./testing/open-test-api.ts";
import { makeAccount, makeKey } from "./testing/requests.ts";

let api: TestApi;
let proxy: FlakyProxy;
let client: Client;
beforeAll(async () => {
  api = await openTestApi();
  proxy = await openFlakyProxy(api.url);
  client = createClient({ url: proxy.url, apiKey: ADMIN_KEY });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const WEBHOOK = {
  name: "My Zap",
  eventTypes: ["website_created"],
  action: "webhook.send",
  connection: { connector: "webhook", settings: { url: "https://example.com/hooks/1" } },
};

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}

test("makes, reads, changes and deletes, with versions", async () => {
  const made = await client.subscriptions.create(WEBHOOK);
  expect(made.connection?.secrets).toHaveProperty("signingSecret");
  const read = await client.subscriptions.get(made.id);
  const changed = await client.subscriptions.update(made.id, { name: "Ours" }, { ifVersion: read.version });
  expect(changed.name).toBe("Ours");
  const stale = client.subscriptions.update(made.id, { name: "Mine" }, { ifVersion: read.version });
  await expect(stale).rejects.toMatchObject({ status: 412, code: "version-mismatch" });
  expect(await client.subscriptions.delete(made.id)).toBeUndefined();
  const gone = await client.subscriptions.get(made.id).catch((error: unknown) => error);
  expect(gone).toBeInstanceOf(ProblemError);
  expect(gone).toMatchObject({ status: 404 });
});

test("says everything that is wrong with a request", async () => {
  const error = await client.sources
    .create({ name: "", kind: "sitejet", key: "No!" })
    .catch((each: unknown) => each as ProblemError);
  expect(error).toMatchObject({ status: 400, errors: [{ path: "name" }, { path: "key" }] });
});

test("publishes one event or many, and reads one back byte for byte", async () => {
  const { id } = await client.events.publish({ type: "website_created", data: { event: "website_created" } });
  const { items } = await client.events.publish([
    { type: "log_created", data: { event: "log_created" } },
    { type: "", data: {} },
  ]);
  expect(items).toMatchObject([{ id: expect.stringMatching(/^evt_/) }, { error: { status: 400 } }]);
  await routePublished(api);
  expect(await client.events.get(id)).toMatchObject({ id, type: "website_created" });
  const body = await client.events.body(id);
  expect(body.contentType).toBe("application/json");
  expect(new TextDecoder().decode(body.bytes)).toBe('{"event":"website_created"}');
});

test("a list goes over its pages, in the order of the api and without a double", async () => {
  const mine = createClient({
    url: api.url,
    apiKey: ADMIN_KEY,
    account: (await makeAccount(api))["stellwerk-account"]!,
  });
  for (let index = 0; index < 7; index += 1) await mine.sources.create({ name: `${index}`, kind: "sitejet" });
  const names = (await all(mine.sources.list({ limit: 3 }))).map(({ name }) => name);
  expect(names.toSorted()).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
  const sizes = (await all(mine.sources.list({ limit: 3 }).pages())).map(({ items }) => items.length);
  expect(sizes).toEqual([3, 3, 1]);
});

test("a key of less scope is told which one it lacks", async () => {
  const publisher = createClient({ url: api.url, apiKey: await makeKey(api, "publish") });
  await expect(all(publisher.sources.list())).rejects.toMatchObject({ status: 403, code: "forbidden" });
});

describe("through a network that fails", () => {
  const faults: Fault[] = ["refused", "answer-lost", "answer-cut", "busy", "too-many"];

  test.each(faults)("%s, and again: exactly one is made of everything", async (fault) => {
    const account = (await makeAccount(api))["stellwerk-account"]!;
    const rest = { account };
    proxy.faults.push(fault, fault);
    await client.sources.create({ name: "Ours", kind: "sitejet" }, rest);
    proxy.faults.push(fault);
    await client.connections.create({ connector: "inbox" }, rest);
    proxy.faults.push(fault);
    await client.subscriptions.create(WEBHOOK, rest);
    proxy.faults.push(fault);
    await client.keys.create({ name: "One", scopes: ["read"] }, rest);
    expect(await all(client.sources.list({}, rest))).toHaveLength(1);
    expect(await all(client.connections.list({}, rest))).toHaveLength(2);
    expect(await all(client.subscriptions.list({}, rest))).toHaveLength(1);
    expect(await all(client.keys.list({}, rest))).toHaveLength(1);
  });

  test("an event keeps its id over every failure, so that its readers know the repeat", async () => {
    api.records.splice(0);
    proxy.faults.push("refused", "answer-lost", "busy", "answer-cut");
    const { id } = await client.events.publish({ type: "log_created", data: { event: "log_created" } });
    const ids = api.records.map(({ headers }) => String(headers["ce_id"]));
    expect(new Set(ids)).toEqual(new Set([id]));
    expect(ids).toHaveLength(3);
  });

  test("a change is tried once", async () => {
    const source = await client.sources.create({ name: "Ours", kind: "sitejet" });
    const before = proxy.count();
    proxy.faults.push("answer-lost");
    await expect(client.sources.update(source.id, { name: "Theirs" })).rejects.toThrow(
      "the connection failed",
    );
    expect(proxy.count()).toBe(before + 1);
  });
});

describe("the README", () => {
  test("has examples that run as they stand there", async () => {
    const readme = await readFile(new URL("../../../packages/client/README.md", import.meta.url), "utf8");
    const examples = [...readme.matchAll(/```ts\n(.+?)```/gs)].map(([, code = ""]) => code);
    expect(examples.length).toBeGreaterThan(4);
    // Here, so that the package is found.
    const folder = await mkdtemp(join(import.meta.dirname, "../.cache/readme-"));
    try {
      const env = { PATH: "", STELLWERK_URL: api.url, STELLWERK_API_KEY: ADMIN_KEY };
      const run = async (code: string, index: number) => {
        const file = join(folder, `example-${index}.ts`);
        await writeFile(file, code);
        await promisify(execFile)(process.execPath, [file], { env, timeout: 20_000 });
      };
      await Promise.all(examples.map(run));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
