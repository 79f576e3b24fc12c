import { formatId, newUuid, parseId } from "@stellwerk/delivery";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routePublished } from "../testing/dispatch.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeSource, makeWebhook, SAMPLE } from "../testing/requests.ts";

let api: TestApi;
let source: { id: string; hook: string };
let ids: string[];

const HTML = "<script>alert(1)</script>";

beforeAll(async () => {
  api = await openTestApi();
  source = await makeSource(api);
  ids = [];
  for (const [id, title, domain] of [
    [1, "Harry's Diner", "harrys.example"],
    [2, "Äpfel & Birnen", "obst.example"],
    [1, "Harry's Diner", "harrys.example"],
    [3, String.raw`100% a_b\c`, "example.com"],
  ] as const) {
    const event = id === 2 ? "website_created" : "website_status_changed";
    const raw = JSON.stringify({ event, website: { id, title, domain } });
    const { body } = await api.call("POST", source.hook, {
      raw,
      headers: { "content-type": "application/json" },
    });
    ids.unshift(body.id);
    // Ids made in one millisecond are not in order of time.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await routePublished(api);
});
afterAll(() => api[Symbol.asyncDispose]());

async function listed(query = ""): Promise<string[]> {
  const { status, body } = await api.call("GET", `/v1/events${query}`);
  expect(status).toBe(200);
  return body.items.map((each: { id: string }) => each.id);
}

test("the log has the newest first, with what is worth seeing and no body", async () => {
  expect(await listed()).toEqual(ids);
  const { body } = await api.call("GET", "/v1/events?limit=1");
  expect(body.items[0]).toMatchObject({
    sourceId: source.id,
    type: "website_status_changed",
    subject: "website/3",
    title: String.raw`100% a_b\c`,
    domain: "example.com",
    contentType: "application/json",
  });
  expect(body.items[0]).not.toHaveProperty("body");
});

test("an event before which one is missing says so, in the list and alone, in both languages", async () => {
  const [id] = ids as [string];
  expect((await api.call("GET", `/v1/events/${id}`)).body.gap).toBeNull();
  await api.db.query("UPDATE event SET gap_from = 'Interesse', gap_to = 'Assign' WHERE id = $1", [
    parseId("evt", id),
  ]);
  const gap = {
    lastSeen: "Interesse",
    previousStatus: "Assign",
    message: expect.stringMatching(/never came/),
  };
  expect((await api.call("GET", `/v1/events/${id}`)).body).toMatchObject({ gap });
  for (const query of ["limit=1", "limit=1&subject=website/3", "limit=1&q=100"]) {
    const headers = { "accept-language": "de" };
    const { items } = (await api.call("GET", `/v1/events?${query}`, { headers })).body;
    expect(items).toMatchObject([{ id, gap: { message: expect.stringMatching(/^Zuletzt bekannt war/) } }]);
  }
});

test.each(["q", "subject", "type"])(
  "a NUL in ?%s= is refused by its name, before the database does",
  async (field) => {
    const { status, body } = await api.call("GET", `/v1/events?${field}=a%00b`);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: field, expected: expect.any(String) }]);
  },
);

describe("filters", () => {
  test("by type, subject and source", async () => {
    expect(await listed("?type=website_created")).toEqual([ids[2]]);
    expect(await listed("?subject=website/1")).toEqual([ids[1], ids[3]]);
    expect(await listed("?subject=website/1&type=website_created")).toEqual([]);
    expect(await listed(`?source=${source.id}`)).toEqual(ids);
    expect(await listed(`?source=${formatId("src", newUuid())}`)).toEqual([]);
  });

  test("by time of receipt", async () => {
    const { body } = await api.call("GET", "/v1/events");
    const past = new Date(Date.now() - 3_600_000).toISOString();
    const future = encodeURIComponent("2100-01-01T00:00:00+02:00");
    expect(await listed(`?since=${past}`)).toEqual(ids);
    expect(await listed(`?until=${past}`)).toEqual([]);
    expect(await listed(`?since=${future}`)).toEqual([]);
    expect(await listed(`?since=${past}&until=${future}`)).toEqual(ids);
    expect(body.next).toBeNull();
  });

  test.each([
    ["harry", [1, 3]],
    ["HARRY'S D", [1, 3]],
    ["obst.", [2]],
    ["äpf", [2]],
    ["100% a_", [0]],
    ["a", []],
    ["%", []],
    ["evt_", []],
  ])("q=%s is what a title or a domain begins with", async (q, expected) => {
    expect(await listed(`?q=${encodeURIComponent(q)}`)).toEqual(expected.map((index) => ids[index]));
  });

  test("q is also what an id begins with", async () => {
    expect(await listed(`?q=${ids[1]}`)).toEqual([ids[1]]);
    expect(await listed(`?q=${ids[1]!.slice(0, 12)}`)).toEqual(ids);
    expect(await listed("?q=evt_7zzzz")).toEqual([]);
  });

  test("what is no filter is refused", async () => {
    expect((await api.call("GET", "/v1/events?since=yesterday")).status).toBe(400);
    expect((await api.call("GET", "/v1/events?typ=x")).body.errors[0].path).toBe("typ");
  });

  test("pages go on under their filter only", async () => {
    const first = await api.call("GET", "/v1/events?subject=website/1&limit=1");
    expect(await listed(`?subject=website/1&limit=1&cursor=${first.body.next}`)).toEqual([ids[3]]);
    const other = await api.call("GET", `/v1/events?subject=website/2&cursor=${first.body.next}`);
    expect(other.status).toBe(400);
    const byText = await api.call("GET", "/v1/events?q=harry&limit=1");
    expect(await listed(`?q=harry&limit=1&cursor=${byText.body.next}`)).toEqual([ids[3]]);
  });
});

test("one event with its deliveries, and its bytes as they came", async () => {
  const webhook = await makeWebhook(api);
  const headers = { "content-type": "application/json; charset=utf-8" };
  const { body: accepted } = await api.call("POST", source.hook, { raw: SAMPLE, headers });
  await routePublished(api, [webhook]);
  const { body } = await api.call("GET", `/v1/events/${accepted.id}`);
  expect(body).toMatchObject({ id: accepted.id, subject: "website/321654" });
  expect(body.deliveries).toMatchObject([
    { subscriptionId: webhook.id, state: "queued", action: "webhook.send" },
  ]);
  const bytes = await api.call("GET", `/v1/events/${accepted.id}/body`);
  expect(bytes.bytes.equals(Buffer.from(SAMPLE))).toBe(true);
  expect(bytes.headers.get("content-type")).toBe(headers["content-type"]);
});

test("a browser neither guesses nor runs what stands in a body", async () => {
  const form = await makeSource(api, "form");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const { body } = await api.call("POST", form.hook, { raw: `name=${encodeURIComponent(HTML)}`, headers });
  await routePublished(api);
  const reply = await api.call("GET", `/v1/events/${body.id}/body`);
  expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
  expect(reply.headers.get("content-disposition")).toBe("attachment");
  expect(reply.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
});

test("another account sees nothing of it", async () => {
  const headers = await makeAccount(api);
  expect((await api.call("GET", "/v1/events", { headers })).body.items).toEqual([]);
  expect((await api.call("GET", "/v1/events?q=harry", { headers })).body.items).toEqual([]);
  expect((await api.call("GET", "/v1/events?subject=website/1", { headers })).body.items).toEqual([]);
  expect((await api.call("GET", `/v1/events/${ids[0]}`, { headers })).status).toBe(404);
  expect((await api.call("GET", `/v1/events/${ids[0]}/body`, { headers })).status).toBe(404);
});

test("an event of our own has no source", async () => {
  const id = newUuid();
  await api.db.query(
    `INSERT INTO event (id, account_id, type, subject, time, content_type, revision, body)
     VALUES ($1, $2, 'stellwerk.breaker_opened', 'subscription/sub_1', now(), 'application/json', 1, '{}')`,
    [id, api.accountId],
  );
  const { body } = await api.call("GET", `/v1/events/${formatId("evt", id)}`);
  expect(body).toMatchObject({ sourceId: null, type: "stellwerk.breaker_opened" });
});

test("the catalogue has every type with its words, schema and samples", async () => {
  const { body } = await api.call("GET", "/v1/event-types");
  expect(body.items).toHaveLength(17);
  expect(body.items.map((each: { name: string }) => each.name)).toContain("stellwerk.subscription_stopped");
  const { body: type } = await api.call("GET", "/v1/event-types/website_status_changed");
  expect(type).toMatchObject({ name: "website_status_changed", documented: true });
  expect(type.schema.$schema).toMatch(/2020-12/);
  expect(type.samples[0].data.website.id).toBe(321_654);
  expect((await api.call("GET", "/v1/event-types/constructor")).status).toBe(404);
});
