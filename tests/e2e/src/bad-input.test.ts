/** What a platform, a script kiddie or a slip of the pen sends: told clearly, kept where it helps, and nothing stops. */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { startReceiver, type Receiver } from "./receiver/start-receiver.ts";
import { hashOf, numberedSample, SAMPLE, SAMPLE_AS_PRINTED } from "./sample.ts";
import { subscribeWebhook, type Subscribed } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

const MIB = 1024 * 1024;

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

let standalone: Standalone;
let receiver: Receiver;
let api: ApiClient;
let subscribed: Subscribed;
let goodOnes = 1_000;

beforeAll(async () => {
  standalone = await openStandalone();
  receiver = await startReceiver();
  api = standalone.api;
  subscribed = await subscribeWebhook(api, { url: receiver.url, eventTypes: ["*"] });
  await receiver.checkSignaturesWith(subscribed.signingSecret);
});
afterAll(async () => {
  await receiver?.[Symbol.asyncDispose]();
  await standalone?.[Symbol.asyncDispose]();
});

async function post(url: string, body: Buffer | string, contentType = "application/json") {
  const bytes = new Uint8Array(Buffer.from(body));
  const answer = await fetch(url, { method: "POST", headers: { "content-type": contentType }, body: bytes });
  const text = await answer.text();
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    body: JSON.parse(text) as Problem,
  };
}

/** A good event, posted and delivered: the way is clear. Answers what the receiver answered. */
async function goodTraffic(): Promise<number> {
  const body = numberedSample((goodOnes += 1));
  expect(await post(subscribed.hookUrl, body)).toMatchObject({ status: 202 });
  return (await arrived(body)).answer;
}

function arrived(body: Buffer) {
  const hash = hashOf(body);
  return waitFor(() => receiver.received().find((each) => each.bodyHash === hash && each.signatureOk), {
    withinMs: 10_000,
    what: "the event to be delivered",
  });
}

const REFUSED: [name: string, body: Buffer | string, contentType: string, status: number][] = [
  ["the platform's sample as its page prints it", SAMPLE_AS_PRINTED, "application/json", 400],
  ["an empty body", "", "application/json", 400],
  ["an array", "[1, 2]", "application/json", 400],
  ["an object that names no event", '{"website":{}}', "application/json", 400],
  ["a body nested 100,000 deep", "[".repeat(100_000), "application/json", 400],
  ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), "application/json", 400],
  ["another content type", SAMPLE, "text/plain", 415],
  ["10 MB", Buffer.alloc(10 * MIB, 0x20), "application/json", 413],
];

test.each(REFUSED)(
  "a hook URL refuses %s, keeps it, and goes on",
  async (_name, body, contentType, status) => {
    const refused = await post(subscribed.hookUrl, body, contentType);
    expect(refused).toMatchObject({ status, type: expect.stringContaining("application/problem+json") });
    expect(refused.body).toMatchObject({ status, title: expect.any(String), requestId: expect.any(String) });
    expect(refused.body.detail).toMatch(/\w{3}/);
    expect(JSON.stringify(refused.body)).not.toMatch(/node_modules|\.ts:\d/);
    expect(await goodTraffic()).toBe(200);
    const sent = Buffer.from(body);
    const kept = await waitFor(
      async () => {
        const { items } = await api.get<{
          items: { sizeBytes: number; encoding: BufferEncoding; body: string }[];
        }>(`/v1/sources/${subscribed.sourceId}/rejected`);
        return items.find((each) =>
          sent.subarray(0, 64 * 1024).equals(Buffer.from(each.body, each.encoding)),
        );
      },
      { withinMs: 10_000, what: "the body to be listed under rejected" },
    );
    expect(kept.sizeBytes).toBe(sent.length);
  },
);

test("the sample as printed is told where its mistake is", async () => {
  const { body } = await post(subscribed.hookUrl, SAMPLE_AS_PRINTED);
  const line =
    SAMPLE_AS_PRINTED.toString("utf8")
      .split("\n")
      .findIndex((each) => each.includes("previousStatus")) + 1;
  expect(body.detail).toContain(`line ${line}`);
});

test("a NUL in the title stops nothing and arrives as it was sent", async () => {
  const body = Buffer.from(SAMPLE.toString("utf8").replace("Harry's Diner", "Harry\\u0000s Diner"));
  expect(await post(subscribed.hookUrl, body)).toMatchObject({ status: 202 });
  await arrived(body);
  expect(await goodTraffic()).toBe(200);
});

test("an event of a type nobody knows is accepted, kept and delivered", async () => {
  const body = Buffer.from('{ "event": "website_painted_blue",  "website": { "id": 7 } }');
  const answer = await post(subscribed.hookUrl, body);
  expect(answer.status).toBe(202);
  expect(await arrived(body)).toMatchObject({ type: "website_painted_blue" });
  const { items } = await api.get<{ items: { type: string; subject: string }[] }>(
    "/v1/events?type=website_painted_blue",
  );
  expect(items).toEqual([expect.objectContaining({ type: "website_painted_blue", subject: "website/7" })]);
});

test("an unknown hook URL is 404, a missing and a wrong key are 401, in the same form", async () => {
  expect(await post(`${standalone.baseUrl}/hooks/no-such-token`, SAMPLE)).toMatchObject({ status: 404 });
  for (const headers of [undefined, { authorization: "Bearer wrong" }]) {
    const answer = await fetch(
      `${standalone.baseUrl}/v1/deliveries`,
      headers === undefined ? {} : { headers },
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    await answer.body?.cancel();
  }
  expect(await goodTraffic()).toBe(200);
});

test("a client that hangs up in mid-request harms nobody", async () => {
  const url = new URL(subscribed.hookUrl);
  const request = httpRequest(url, {
    method: "POST",
    headers: { "content-type": "application/json", "content-length": "5000" },
  });
  request.on("error", () => {});
  request.write('{"event":');
  await new Promise((resolve) => setTimeout(resolve, 100));
  request.destroy();
  expect(await goodTraffic()).toBe(200);
});
