import { openReceiver, openSocketServer } from "@stellwerk/connector-kit/testing";
import type { ReceivedRequest } from "@stellwerk/connector-kit/testing";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { webhook } from "./index.ts";
import { event, SAMPLE, send } from "./testing/send.ts";

function verify(secret: string, request: ReceivedRequest): void {
  new Webhook(secret).verify(request.body.toString("utf8"), request.headers as Record<string, string>);
}

describe("what arrives", () => {
  test("is the event's bytes and content type, untouched, with its attributes in headers", async () => {
    await using receiver = await openReceiver();
    await send({ url: `${receiver.url}/hooks?a=b` });
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]).toMatchObject({ method: "POST", path: "/hooks?a=b", body: SAMPLE });
    expect(receiver.requests[0]?.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Stellwerk/1.2.3 (+webhooks)",
      "webhook-id": "dlv_01k0000000000000000000000a",
      "ce-id": "evt_01k0000000000000000000000a",
      "ce-type": "website_status_changed",
      "ce-subject": "website/321654",
      "ce-time": "2026-11-23T12:00:00.500Z",
    });
  });

  test("has no subject header when the event has no subject, and encodes what a header cannot hold", async () => {
    await using receiver = await openReceiver();
    await send({
      url: receiver.url,
      event: event({ subject: undefined, type: 'Größe "1" 100% 😀\r\nx: y' }),
    });
    expect(receiver.requests[0]?.headers).not.toHaveProperty("ce-subject");
    expect(receiver.requests[0]?.headers["ce-type"]).toBe(
      "Gr%C3%B6%C3%9Fe%20%221%22%20100%25%20%F0%9F%98%80%0D%0Ax:%20y",
    );
  });

  test("carries the receiver's own headers, secret ones before plain ones", async () => {
    await using receiver = await openReceiver();
    const headers = { "X-Team": "launch", "x-both": "plain" };
    await send({
      url: receiver.url,
      settings: { headers },
      secrets: { headers: { Authorization: "Bearer abc123", "X-Both": "secret" } },
    });
    expect(receiver.requests[0]?.headers).toMatchObject({
      "x-team": "launch",
      "x-both": "secret",
      authorization: "Bearer abc123",
    });
  });
});

describe("the signature", () => {
  test.each([
    ["the sample", SAMPLE],
    ["unicode", Buffer.from('{"title":"Größe 😀 \u0000 \u2028"}')],
    ["an empty object", Buffer.from("{}")],
    ["a form", Buffer.from("name=J%C3%BCrgen&consent=on")],
    ["nothing at all", Buffer.alloc(0)],
    ["a single line break", Buffer.from("\n")],
  ])("of %s is accepted by the reference implementation", async (_name, body) => {
    await using receiver = await openReceiver();
    const { secret } = await send({ url: receiver.url, event: event({ body }) });
    const [request] = receiver.requests;
    expect(request?.body).toEqual(body);
    // It parses the body as JSON after checking it, which a form is not.
    const headers = request?.headers as Record<string, string>;
    const reference = new Webhook(secret).sign(
      headers["webhook-id"]!,
      new Date(Number(headers["webhook-timestamp"]) * 1_000),
      body.toString(),
    );
    expect(headers["webhook-signature"]).toBe(reference);
  });

  test("of bytes that are not text is over the bytes", async () => {
    await using receiver = await openReceiver();
    const body = Buffer.from([0xff, 0x00, 0xfe, 0x0a, 0x80]);
    const { secret } = await send({
      url: receiver.url,
      event: event({ body, contentType: "application/octet-stream" }),
    });
    const { headers } = receiver.requests[0]!;
    const key = await crypto.subtle.importKey(
      "raw",
      Buffer.from(secret.slice("whsec_".length), "base64"),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["verify"],
    );
    const signed = Buffer.concat([
      Buffer.from(`${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.`),
      body,
    ]);
    const signature = Buffer.from(String(headers["webhook-signature"]).slice("v1,".length), "base64");
    expect(await crypto.subtle.verify("HMAC", key, signature, signed)).toBe(true);
  });

  test("is refused when one byte of the body changes", async () => {
    await using receiver = await openReceiver();
    const { secret } = await send({ url: receiver.url });
    const request = receiver.requests[0]!;
    expect(() => verify(secret, request)).not.toThrow();
    expect(() =>
      verify(secret, { ...request, body: Buffer.from(request.body.toString().replace("321654", "321655")) }),
    ).toThrow(/signature/i);
  });

  test("of a retry keeps the id and carries its own time", async () => {
    await using receiver = await openReceiver();
    await send({ url: receiver.url, now: new Date("2026-11-23T12:00:00.900Z") });
    await send({ url: receiver.url, attempt: 2, now: new Date("2026-11-23T12:00:05Z") });
    const [first, second] = receiver.requests.map((request) => request.headers);
    expect(second?.["webhook-id"]).toBe(first?.["webhook-id"]);
    expect([first?.["webhook-timestamp"], second?.["webhook-timestamp"]]).toEqual([
      "1795435200",
      "1795435205",
    ]);
    expect(second?.["webhook-signature"]).not.toBe(first?.["webhook-signature"]);
  });
});

describe("an answer of", () => {
  test.each([200, 201, 202, 204, 299])("%d is delivered", async (status) => {
    await using receiver = await openReceiver((response) => response.writeHead(status).end());
    expect((await send(receiver)).result.outcome.kind).toBe("delivered");
  });

  test.each([
    400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 425, 429, 451, 500, 501, 502, 503, 504, 505, 599,
  ])("%d is tried again, whatever it says", async (status) => {
    await using receiver = await openReceiver((response) =>
      response.writeHead(status).end("never retry this"),
    );
    const { outcome } = (await send(receiver)).result;
    expect(outcome).toMatchObject({
      kind: "retry",
      reason: "http_status",
      detail: expect.stringContaining(String(status)),
    });
    expect(outcome).not.toHaveProperty("afterMs");
  });

  test.each([301, 302, 303, 307, 308])(
    "%d is tried again at the same address and not followed",
    async (status) => {
      await using elsewhere = await openReceiver();
      await using receiver = await openReceiver((response) =>
        response.writeHead(status, { location: elsewhere.url }).end(),
      );
      expect((await send(receiver)).result.outcome).toMatchObject({
        kind: "retry",
        reason: "redirect_refused",
      });
      expect(elsewhere.requests).toHaveLength(0);
    },
  );

  test("410 is final and stops the subscription", async () => {
    await using receiver = await openReceiver((response) => response.writeHead(410).end());
    expect((await send(receiver)).result.outcome).toMatchObject({
      kind: "rejected",
      reason: "gone",
      stop: "subscription",
    });
  });

  test.each([
    [429, "120", 120_000],
    [429, "Mon, 23 Nov 2026 12:02:00 GMT", 120_000],
    [503, "120", 120_000],
    [503, "Mon, 23 Nov 2026 12:01:00 GMT", 60_000],
    [404, "1", 1_000],
  ])("%d with Retry-After %s waits that long", async (status, value, afterMs) => {
    await using receiver = await openReceiver((response) =>
      response.writeHead(status, { "retry-after": value }).end(),
    );
    const { outcome } = (await send({ ...receiver, now: new Date("2026-11-23T12:00:00Z") })).result;
    expect(outcome).toMatchObject({ kind: "retry", afterMs });
  });

  test("200 whose body never ends is delivered, and what came of it is kept", async () => {
    await using receiver = await openReceiver((response) => response.write("accepted"));
    const { result } = await send({ ...receiver, deadlineMs: 150 });
    expect(result).toMatchObject({
      outcome: { kind: "delivered" },
      reply: { status: 200, body: Buffer.from("accepted") },
    });
  });
});

describe("no answer", () => {
  test("because nobody listens is tried again", async () => {
    const closed = await openReceiver();
    await closed[Symbol.asyncDispose]();
    expect((await send(closed)).result.outcome).toMatchObject({ kind: "retry", reason: "refused" });
  });

  test("after the request left is in doubt", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => socket.resetAndDestroy()),
    );
    expect((await send(server)).result.outcome).toMatchObject({ kind: "in_doubt", reason: "reset" });
  });

  test("until the deadline is in doubt", async () => {
    await using server = await openSocketServer((socket) => socket.resume());
    expect((await send({ ...server, deadlineMs: 100 })).result.outcome).toMatchObject({
      kind: "in_doubt",
      reason: "timeout",
    });
  });

  test("is harmless to repeat, because of the key", () => {
    expect(webhook.actions["send"]?.repeat).toMatchObject({ kind: "key" });
  });
});

test("no secret is in what is recorded, not even when the receiver echoes everything", async () => {
  await using receiver = await openReceiver((response, request) =>
    response.writeHead(500, { "x-seen": request.headers["x-api-key"] }).end(JSON.stringify(request.headers)),
  );
  const secretHeaders = { authorization: "Basic Y2FuYXJ5OjFhMmIzYw==", "x-api-key": "canary-77aa-key" };
  const { result, secret } = await send({
    url: `${receiver.url}/?sig=canary-query`,
    secrets: { headers: secretHeaders },
  });
  expect(receiver.requests[0]?.headers).toMatchObject(secretHeaders);

  const recorded = JSON.stringify(result) + String(result.reply?.body);
  for (const canary of [
    ...Object.values(secretHeaders),
    "Y2FuYXJ5OjFhMmIzYw==",
    "canary-query",
    secret,
    secret.slice(6),
  ]) {
    expect(recorded).not.toContain(canary);
  }
  expect(result.request?.headers).toMatchObject({
    authorization: "Basic ••••",
    "x-api-key": "••••",
    "webhook-signature": expect.stringMatching(/^v1,/),
  });
});
