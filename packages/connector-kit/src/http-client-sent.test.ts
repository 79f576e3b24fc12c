import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { failureOf, openClient, post, replyOf } from "./testing/client.ts";
import {
  LOCALHOST_CERTIFICATE,
  LOCALHOST_KEY,
  openOfflineNetwork,
  openReceiver,
  openSocketServer,
  openTlsReceiver,
} from "./testing/index.ts";

const { http } = openClient();
afterAll(() => http.close());

describe("nothing was sent when", () => {
  test("the connection is refused", async () => {
    const closed = await openReceiver();
    await closed[Symbol.asyncDispose]();
    expect(failureOf(await http.request(post(closed.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: false,
      reason: "refused",
    });
  });

  test("the name does not resolve", async () => {
    await using offline = openClient({ network: openOfflineNetwork() });
    const plan = post("http://name.invalid/secret-path");
    const exchange = await offline.http.request(plan, { deadlineMs: 5_000 });
    expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "dns" });
    expect(failureOf(exchange).detail).not.toContain("secret-path");
  });

  test("whoever sends it may no longer send when the connection stands", async () => {
    await using receiver = await openReceiver();
    const send = (may: boolean) =>
      http.request(post(receiver.url), { deadlineMs: 5_000, mayLeave: () => may });
    const unsent = { sent: false, reason: "aborted" };
    expect(failureOf(await send(false))).toMatchObject(unsent);
    expect(await send(true)).toMatchObject({ kind: "reply" });
    expect(failureOf(await send(false))).toMatchObject(unsent);
    expect(receiver.requests).toHaveLength(1);
  });

  test("the receiver does not speak TLS", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => socket.end("hello\r\n")),
    );
    const exchange = await http.request(post(server.url.replace("http:", "https:")), { deadlineMs: 5_000 });
    expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "tls" });
  });

  test("the certificate is not trusted", async () => {
    await using receiver = await openTlsReceiver({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE });
    expect(failureOf(await http.request(post(receiver.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: false,
      reason: "tls",
    });
    expect(receiver.requests).toHaveLength(0);
  });

  test("the receiver offers nothing newer than TLS 1.1", async () => {
    const old = {
      key: LOCALHOST_KEY,
      cert: LOCALHOST_CERTIFICATE,
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    } as const;
    await using receiver = await openTlsReceiver(old);
    await using trusting = openClient({ ca: LOCALHOST_CERTIFICATE });
    expect(failureOf(await trusting.http.request(post(receiver.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: false,
      reason: "tls",
    });
  });

  test("the connection is cut during the TLS handshake", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => socket.resetAndDestroy()),
    );
    const exchange = await http.request(post(server.url.replace("http:", "https:")), { deadlineMs: 5_000 });
    expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "reset" });
  });

  test("the TLS handshake never ends", async () => {
    await using server = await openSocketServer(() => undefined);
    const exchange = await http.request(post(server.url.replace("http:", "https:")), { deadlineMs: 150 });
    expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "timeout" });
  });

  test("it waited for a connection until its deadline", async () => {
    await using narrow = openClient({ maxConnectionsPerOrigin: 1 });
    await using receiver = await openReceiver((response) => setTimeout(() => response.end("late"), 300));
    const first = narrow.http.request(post(receiver.url, "first"), { deadlineMs: 5_000 });
    const second = await narrow.http.request(post(receiver.url, "second"), { deadlineMs: 100 });
    expect(failureOf(second)).toMatchObject({ sent: false, reason: "timeout" });
    expect(replyOf(await first).status).toBe(200);
    expect(
      replyOf(await narrow.http.request(post(receiver.url, "third"), { deadlineMs: 5_000 })).status,
    ).toBe(200);
    expect(receiver.requests.map((request) => request.body.toString())).toEqual(["first", "third"]);
    expect(new Set(receiver.requests.map((request) => request.clientPort)).size).toBe(1);
  });

  test("the caller had given up already", async () => {
    await using receiver = await openReceiver();
    const exchange = await http.request(post(receiver.url), {
      deadlineMs: 5_000,
      signal: AbortSignal.abort(),
    });
    expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "aborted" });
    expect(receiver.requests).toHaveLength(0);
  });

  test("the client is closed", async () => {
    await using receiver = await openReceiver();
    const closing = openClient();
    await closing.http.close();
    expect(failureOf(await closing.http.request(post(receiver.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: false,
      reason: "closed",
    });
  });

  test.each([
    ["not a URL", "nonsense", {}],
    ["another protocol", "file:///etc/passwd", {}],
    ["credentials", "http://user:s3cr3t@127.0.0.1/", {}],
    ["a header with a line break", "http://127.0.0.1:1/", { "x-a": "1\r\nx-b: 2" }],
    ["a hop-by-hop header", "http://127.0.0.1:1/", { "transfer-encoding": "chunked" }],
  ])("the request is not valid: %s", async (_name, url, headers) => {
    const exchange = await http.request({ method: "POST", url, headers }, { deadlineMs: 5_000 });
    expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "invalid_request" });
    expect(failureOf(exchange).detail).not.toContain("s3cr3t");
  });
});

describe("something was sent when", () => {
  test("the receiver resets without reading", async () => {
    await using server = await openSocketServer((socket) => {
      socket.pause();
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    expect(failureOf(await http.request(post(server.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: true,
      reason: "reset",
    });
  });

  test("the receiver resets after reading", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => socket.resetAndDestroy()),
    );
    expect(failureOf(await http.request(post(server.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: true,
      reason: "reset",
    });
  });

  test("the receiver closes without an answer, and it is not sent again by itself", async () => {
    let received = 0;
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => {
        received += 1;
        socket.end();
      }),
    );
    const get = { method: "GET", url: server.url, headers: {} } as const;
    expect(failureOf(await http.request(get, { deadlineMs: 5_000 }))).toMatchObject({
      sent: true,
      reason: "reset",
    });
    await pause(50);
    expect(received).toBe(1);
  });

  test("a kept connection turns out to be dead", async () => {
    await using server = await openSocketServer((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        socket.once("data", () => socket.resetAndDestroy());
      });
    });
    await using narrow = openClient({ maxConnectionsPerOrigin: 1 });
    expect(replyOf(await narrow.http.request(post(server.url), { deadlineMs: 5_000 })).status).toBe(200);
    expect(failureOf(await narrow.http.request(post(server.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: true,
      reason: "reset",
    });
  });

  test("there is no answer until the deadline", async () => {
    await using server = await openSocketServer((socket) => socket.resume());
    const failure = failureOf(await http.request(post(server.url), { deadlineMs: 150 }));
    expect(failure).toMatchObject({ sent: true, reason: "timeout" });
    expect(failure.durationMs).toBeGreaterThan(140);
    expect(failure.durationMs).toBeLessThan(1_000);
  });

  test("the headers of the answer drip", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\n");
        const drip = setInterval(() => socket.write("x-a: b\r\n"), 20);
        socket.on("close", () => clearInterval(drip));
      }),
    );
    expect(failureOf(await http.request(post(server.url), { deadlineMs: 150 }))).toMatchObject({
      sent: true,
      reason: "timeout",
    });
  });

  test("the receiver does not read the body", async () => {
    await using server = await openSocketServer((socket) => socket.pause());
    const exchange = await http.request(post(server.url, Buffer.alloc(8_000_000)), { deadlineMs: 200 });
    expect(failureOf(exchange)).toMatchObject({ sent: true, reason: "timeout" });
  });

  test("the answer is not HTTP", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => socket.end("what?\r\n\r\n")),
    );
    expect(failureOf(await http.request(post(server.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: true,
      reason: "bad_reply",
    });
  });

  test("the headers of the answer are too large", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\nx-big: ${"x".repeat(20_000)}\r\n\r\n`)),
    );
    expect(failureOf(await http.request(post(server.url), { deadlineMs: 5_000 }))).toMatchObject({
      sent: true,
      reason: "bad_reply",
    });
  });

  test("the caller gives up, which is honoured at once", async () => {
    await using server = await openSocketServer((socket) => socket.resume());
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const failure = failureOf(
      await http.request(post(server.url), { deadlineMs: 5_000, signal: stop.signal }),
    );
    expect(failure).toMatchObject({ sent: true, reason: "aborted" });
    expect(failure.durationMs).toBeLessThan(600);
  });
});
