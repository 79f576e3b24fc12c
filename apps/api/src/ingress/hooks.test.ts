import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeSource, SAMPLE, SAMPLE_AS_PRINTED } from "../testing/requests.ts";

let api: TestApi;
let source: { id: string; hook: string };
let form: { id: string; hook: string };

beforeAll(async () => {
  api = await openTestApi();
  source = await makeSource(api);
  form = await makeSource(api, "form");
});
afterAll(() => api[Symbol.asyncDispose]());

const JSON_TYPE = { "content-type": "application/json" };

function post(hook: string, raw: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) {
  return api.call("POST", hook, { raw, headers, key: null });
}

/** The newest refused body, once it is written. */
async function newestRejected(sourceId = source.id) {
  const { body } = await api.call("GET", `/v1/sources/${sourceId}/rejected?limit=1`);
  return body.items[0];
}

function expectKept(expected: Record<string, unknown>, sourceId = source.id) {
  return vi.waitFor(async () => expect(await newestRejected(sourceId)).toMatchObject(expected), 3_000);
}

describe("what is accepted", () => {
  test("the platform's sample is on the bus byte for byte, with its attributes", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const reply = await post(source.hook, SAMPLE, { ...JSON_TYPE, traceparent });
    expect(reply.status).toBe(202);
    expect(reply.headers.get("x-request-id")).toMatch(/^req_/);
    const record = api.records.at(-1)!;
    expect(Buffer.from(record.value).equals(Buffer.from(SAMPLE))).toBe(true);
    expect(record.topic).toBe("stellwerk.events");
    expect(record.headers).toMatchObject({
      ce_specversion: "1.0",
      ce_id: reply.body.id,
      ce_type: "website_status_changed",
      ce_source: `/accounts/${record.key}/sources/${source.id}`,
      ce_subject: "website/321654",
      ce_accountid: record.key,
      ce_traceparent: traceparent,
      "content-type": "application/json",
    });
    expect(record.headers["ce_time"]).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(record.headers["ce_dataschema"]).toMatch(/website_status_changed/);
  });

  test.each([
    ["a charset", "application/json; charset=utf-8"],
    ["a charset in capitals and quotes", 'Application/JSON; Charset="UTF8"'],
    ["a structured suffix", "application/cloudevents+json"],
  ])("%s in the content type", async (_what, contentType) => {
    expect((await post(source.hook, SAMPLE, { "content-type": contentType })).status).toBe(202);
    expect(api.records.at(-1)!.headers["content-type"]).toBe(contentType);
  });

  test("a missing content type is taken for JSON", async () => {
    expect((await post(source.hook, Buffer.from(SAMPLE), {})).status).toBe(202);
    expect(api.records.at(-1)!.headers["content-type"]).toBe("application/json");
  });

  test("a type nobody knows, as it came", async () => {
    const body = '{"event":"website_painted","colour":"blue"}';
    expect((await post(source.hook, body)).status).toBe(202);
    expect(api.records.at(-1)!.headers["ce_type"]).toBe("website_painted");
    expect(Buffer.from(api.records.at(-1)!.value).toString()).toBe(body);
  });

  test("U+0000 in the title", async () => {
    const body = String.raw`{"event":"website_created","website":{"id":7,"title":"a\u0000b"}}`;
    expect((await post(source.hook, body)).status).toBe(202);
    expect(Buffer.from(api.records.at(-1)!.value).toString()).toBe(body);
  });

  test("a byte order mark in front", async () => {
    expect((await post(source.hook, `\uFEFF${SAMPLE}`)).status).toBe(202);
  });

  test("a malformed traceparent is left out", async () => {
    await post(source.hook, SAMPLE, { ...JSON_TYPE, traceparent: "00-xyz" });
    expect(api.records.at(-1)!.headers).not.toHaveProperty("ce_traceparent");
  });

  test("a form source takes what a browser sends", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const reply = await post(form.hook, "name=Harry&email=harry%40example.com", headers);
    expect(reply.status).toBe(202);
    expect(api.records.at(-1)!.headers).toMatchObject({
      ce_type: "form_submitted",
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(Buffer.from(api.records.at(-1)!.value).toString()).toBe("name=Harry&email=harry%40example.com");
  });
});

describe("what is refused is answered clearly and kept", () => {
  test("the sample as the platform prints it: line and column of the missing comma", async () => {
    const reply = await post(source.hook, SAMPLE_AS_PRINTED);
    expect(reply.status).toBe(400);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.body).toMatchObject({ status: 400, requestId: expect.stringMatching(/^req_/) });
    expect(reply.body.detail).toMatch(/line 5\d, column \d+.*comma/);
    await expectKept({ reason: "malformed", body: SAMPLE_AS_PRINTED, truncated: false });
  });

  test.each([
    ["an empty body", "", 400, "malformed"],
    ["JSON that is an array", "[1]", 400, "not_an_event"],
    ["JSON that is a text", '"hello"', 400, "not_an_event"],
    ["JSON null", "null", 400, "not_an_event"],
    ["an object without a type", '{"website":{}}', 400, "not_an_event"],
    [
      "nesting of 100,000 levels",
      `{"event":"x","a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      400,
      "malformed",
    ],
    ["nesting that is not closed", "[".repeat(100_000), 400, "malformed"],
  ])("%s", async (_what, body, status, reason) => {
    const reply = await post(source.hook, body);
    expect(reply.status).toBe(status);
    expect(reply.body.errors.length).toBeGreaterThan(0);
    await expectKept({ reason, sizeBytes: body.length });
  });

  test("a wrong content type", async () => {
    const reply = await post(source.hook, "<xml/>", { "content-type": "text/xml" });
    expect(reply.status).toBe(415);
    expect(reply.body.errors[0].expected).toBe("application/json");
    await expectKept({ reason: "media_type", contentType: "text/xml", body: "<xml/>" });
  });

  test("a form at a source that is none", async () => {
    const reply = await post(source.hook, SAMPLE, { "content-type": "application/x-www-form-urlencoded" });
    expect(reply.status).toBe(415);
  });

  test("invalid UTF-8, kept as bytes", async () => {
    const bytes = Buffer.concat([Buffer.from('{"event":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    const reply = await post(source.hook, bytes);
    expect(reply.status).toBe(400);
    expect(reply.body.detail).toMatch(/UTF-8/);
    await expectKept({ encoding: "base64", body: bytes.toString("base64") });
  });

  test("a body of 10 MB, its beginning kept", async () => {
    const reply = await post(source.hook, Buffer.alloc(10_000_000, "x"));
    expect(reply.status).toBe(413);
    expect(reply.body.errors[0].expected).toMatch(/1048576/);
    await expectKept({ reason: "too_large", sizeBytes: 10_000_000, truncated: true });
    expect((await newestRejected()).body).toHaveLength(65_536);
  });

  test("exactly 1 MiB still fits", async () => {
    const body = `{"event":"x","a":"${"a".repeat(1_048_576 - 20)}"}`;
    expect(body).toHaveLength(1_048_576);
    expect((await post(source.hook, body)).status).toBe(202);
  });

  test("an unknown token is 404 and keeps nothing", async () => {
    const before = api.records.length;
    expect((await post("/hooks/nobody-has-this", SAMPLE)).status).toBe(404);
    expect((await post(`/hooks/${"x".repeat(5_000)}`, SAMPLE)).status).toBe(404);
    expect(api.records).toHaveLength(before);
  });

  test("the ring keeps the newest hundred of a source", async () => {
    const flooded = await makeSource(api);
    await Promise.all(Array.from({ length: 130 }, (_, index) => post(flooded.hook, `bad ${index}`)));
    await vi.waitFor(async () => {
      const { body } = await api.call("GET", `/v1/sources/${flooded.id}/rejected?limit=200`);
      expect(body.items).toHaveLength(100);
    }, 5_000);
  });
});

describe("with an idempotency key", () => {
  const withKey = (key: string) => ({ ...JSON_TYPE, "idempotency-key": key });

  test("a repeat gets the first one's id, and its readers see one event", async () => {
    const before = api.records.length;
    const first = await post(source.hook, SAMPLE, withKey("hook-1"));
    const again = await post(source.hook, SAMPLE, withKey("hook-1"));
    expect(again.body).toEqual(first.body);
    const ids = api.records.slice(before).map(({ headers }) => String(headers["ce_id"]));
    expect(new Set(ids)).toEqual(new Set([first.body.id]));
  });

  test("another body is refused, and kept to look at", async () => {
    await post(source.hook, SAMPLE, withKey("hook-2"));
    const other = await post(source.hook, '{"event":"log_created"}', withKey("hook-2"));
    expect(other.status).toBe(409);
    expect(other.body.type).toBe("urn:stellwerk:problem:idempotency-conflict");
    await expectKept({ reason: "idempotency_key", body: '{"event":"log_created"}' });
  });

  test("two sources do not share a key", async () => {
    const another = await makeSource(api);
    const first = await post(source.hook, SAMPLE, withKey("hook-3"));
    const second = await post(another.hook, SAMPLE, withKey("hook-3"));
    expect(second.status).toBe(202);
    expect(second.body.id).not.toBe(first.body.id);
  });

  test("what cannot be a key is refused", async () => {
    expect((await post(source.hook, SAMPLE, withKey("with space"))).status).toBe(400);
  });
});

test("a token never stands in the log", () => {
  const token = source.hook.split("/").at(-1)!;
  expect(api.logged.length).toBeGreaterThan(0);
  expect(api.logged.join("")).not.toContain(token);
});

test("while the bus is away the answer is 503 with Retry-After, and nothing was accepted", async () => {
  api.breakBus(true);
  const reply = await post(source.hook, SAMPLE);
  api.breakBus(false);
  expect(reply.status).toBe(503);
  expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
});

test("a body that claims a type of ours is refused and kept, so that nobody can forge an alert", async () => {
  const before = api.records.length;
  const reply = await post(source.hook, '{"event":"stellwerk.subscription_stopped"}');
  expect(reply.status).toBe(400);
  expect(reply.body.errors[0]).toMatchObject({ path: "event", message: expect.stringMatching("reserved") });
  expect(api.records).toHaveLength(before);
  const rejected = () => api.call("GET", `/v1/sources/${source.id}/rejected`);
  await expect
    .poll(async () => (await rejected()).body.items.map((each: { reason: string }) => each.reason))
    .toContain("reserved_type");
});
