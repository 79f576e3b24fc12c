import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Exchange, Failure, HttpClient, HttpClientOptions, Reply, RequestPlan } from "./index.ts";
import { createHttpClient } from "./index.ts";
import {
  LOCALHOST_CERTIFICATE,
  LOCALHOST_KEY,
  openReceiver,
  openSocketServer,
  openTlsReceiver,
} from "./testing/index.ts";

let http: HttpClient;
beforeEach(() => {
  http = createHttpClient({ userAgent: "Stellwerk/test" });
});
afterEach(() => http.close());

function post(url: string, body: string | Uint8Array = "hello"): RequestPlan {
  return { method: "POST", url, headers: { "content-type": "text/plain" }, body };
}

function replyOf(exchange: Exchange): Reply {
  if (exchange.kind !== "reply") throw new Error(`no reply: ${exchange.reason} ${exchange.detail}`);
  return exchange;
}

function failureOf(exchange: Exchange): Failure {
  if (exchange.kind !== "failed") throw new Error(`a reply: ${exchange.status}`);
  return exchange;
}

describe("a reply", () => {
  test("comes with status, headers and body, and the request arrived as planned", async () => {
    await using receiver = await openReceiver((response) =>
      response.writeHead(201, { "x-answer": "42", "set-cookie": ["a=1", "b=2"] }).end("made"),
    );
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    const reply = replyOf(
      await http.request(post(`${receiver.url}/a/b?c=d%20e`, bytes), { deadlineMs: 5_000 }),
    );

    expect(reply).toMatchObject({ status: 201, truncated: false, cutBy: undefined });
    expect(reply.headers).toMatchObject({ "x-answer": "42", "set-cookie": "a=1, b=2" });
    expect(reply.body.toString()).toBe("made");
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: "POST", path: "/a/b?c=d%20e", body: bytes });
    expect(request?.headers).toMatchObject({
      "user-agent": "Stellwerk/test",
      "accept-encoding": "identity",
      "content-type": "text/plain",
      "content-length": "5",
    });
  });

  test("an empty body is sent with its length", async () => {
    await using receiver = await openReceiver();
    await http.request(post(receiver.url, new Uint8Array()), { deadlineMs: 5_000 });
    expect(receiver.requests[0]).toMatchObject({ body: Buffer.alloc(0), headers: { "content-length": "0" } });
  });

  test("a view into a larger buffer is sent without its surroundings", async () => {
    await using receiver = await openReceiver();
    await http.request(post(receiver.url, new Uint8Array(Buffer.from("xxinsidexx")).subarray(2, 8)), {
      deadlineMs: 5_000,
    });
    expect(receiver.requests[0]?.body.toString()).toBe("inside");
  });

  test("a redirect is an answer like any other and is not followed", async () => {
    await using elsewhere = await openReceiver();
    await using receiver = await openReceiver((response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    expect(replyOf(await http.request(post(receiver.url), { deadlineMs: 5_000 })).status).toBe(307);
    expect(elsewhere.requests).toHaveLength(0);
  });

  test("an early hint is not taken for the answer", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () =>
        socket.write(
          "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        ),
      ),
    );
    expect(replyOf(await http.request(post(server.url), { deadlineMs: 5_000 })).status).toBe(200);
  });

  test("a compressed body is not unpacked", async () => {
    const packed = Buffer.from("1f8b0800", "hex");
    await using receiver = await openReceiver((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed),
    );
    expect(replyOf(await http.request(post(receiver.url), { deadlineMs: 5_000 })).body).toEqual(packed);
  });

  test("16 KiB of a longer body are kept, and up to 128 KiB cost no connection", async () => {
    await using receiver = await openReceiver((response) => response.end(Buffer.alloc(100_000, "x")));
    await using narrow = open({ maxConnectionsPerOrigin: 1 });
    const reply = replyOf(await narrow.http.request(post(receiver.url), { deadlineMs: 5_000 }));
    await narrow.http.request(post(receiver.url), { deadlineMs: 5_000 });
    expect(reply).toMatchObject({ status: 200, truncated: true, cutBy: undefined });
    expect(reply.body).toHaveLength(16 * 1024);
    expect(receiver.requests[1]?.clientPort).toBe(receiver.requests[0]?.clientPort);
  });

  test.each([
    ["announced", true],
    ["not announced", false],
  ])("a body of 5 MB, %s, is not read to its end", async (_name, announced) => {
    let written = 0;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    await using receiver = await openReceiver((response) => {
      response.on("close", () => {
        written = response.socket?.bytesWritten ?? written;
        resolve();
      });
      if (announced) response.setHeader("content-length", 5_000_000);
      const chunk = Buffer.alloc(50_000);
      const more = (left: number): void => {
        if (left > 0 && !response.destroyed) response.write(chunk, () => more(left - 1));
      };
      more(100);
    });
    const reply = replyOf(await http.request(post(receiver.url), { deadlineMs: 5_000 }));
    await closed;
    expect(reply).toMatchObject({ status: 200, truncated: true });
    expect(reply.body).toHaveLength(16 * 1024);
    expect(written).toBeLessThan(5_000_000);
  });

  test("a dripping body ends with the deadline; the answer is known", async () => {
    await using receiver = await openReceiver((response) => {
      const drip = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(drip));
    });
    const reply = replyOf(await http.request(post(receiver.url), { deadlineMs: 200 }));
    expect(reply).toMatchObject({ status: 200, truncated: true, cutBy: "timeout" });
    expect(reply.durationMs).toBeLessThan(400);
  });

  test("a body cut off by the receiver is marked as cut", async () => {
    await using server = await openSocketServer((socket) =>
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
        setTimeout(() => socket.destroy(), 30);
      }),
    );
    const reply = replyOf(await http.request(post(server.url), { deadlineMs: 5_000 }));
    expect(reply).toMatchObject({ status: 200, truncated: true, cutBy: "reset" });
    expect(reply.body.toString()).toBe("half");
  });
});

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
    const exchange = await http.request(post("http://name.invalid/secret-path"), { deadlineMs: 5_000 });
    expect(failureOf(exchange)).toMatchObject({ sent: false, reason: "dns" });
    expect(failureOf(exchange).detail).not.toContain("secret-path");
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
    await using trusting = open({ ca: LOCALHOST_CERTIFICATE });
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
    await using narrow = open({ maxConnectionsPerOrigin: 1 });
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
    await http.close();
    expect(failureOf(await http.request(post(receiver.url), { deadlineMs: 5_000 }))).toMatchObject({
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
    await using narrow = open({ maxConnectionsPerOrigin: 1 });
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
    expect(failure.durationMs).toBeLessThan(400);
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
    expect(failure.durationMs).toBeLessThan(350);
  });
});

describe("connections", () => {
  test("are used again, also with TLS", async () => {
    await using receiver = await openTlsReceiver({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE });
    await using trusting = open({ ca: LOCALHOST_CERTIFICATE });
    for (let i = 0; i < 20; i += 1) {
      expect(replyOf(await trusting.http.request(post(receiver.url), { deadlineMs: 5_000 })).status).toBe(
        200,
      );
    }
    // Two, because undici frees a connection one turn of the event loop after its reply.
    expect(new Set(receiver.requests.map((request) => request.clientPort)).size).toBeLessThanOrEqual(2);
  });

  test("to one origin are bounded; the rest waits its turn", async () => {
    await using narrow = open({ maxConnectionsPerOrigin: 3 });
    await using receiver = await openReceiver((response) => setTimeout(() => response.end("ok"), 10));
    const exchanges = await Promise.all(
      Array.from({ length: 30 }, () => narrow.http.request(post(receiver.url), { deadlineMs: 5_000 })),
    );
    expect(exchanges.map((exchange) => replyOf(exchange).status)).toEqual(
      Array.from({ length: 30 }, () => 200),
    );
    expect(new Set(receiver.requests.map((request) => request.clientPort)).size).toBe(3);
  });

  test("a hanging origin does not hold up another", async () => {
    await using hanging = await openSocketServer((socket) => socket.resume());
    await using receiver = await openReceiver();
    const stuck = Array.from({ length: 20 }, () => http.request(post(hanging.url), { deadlineMs: 300 }));
    expect(replyOf(await http.request(post(receiver.url), { deadlineMs: 200 })).status).toBe(200);
    await Promise.all(stuck);
  });
});

function open(
  options: Omit<HttpClientOptions, "userAgent">,
): { readonly http: HttpClient } & AsyncDisposable {
  const opened = createHttpClient({ userAgent: "Stellwerk/test", ...options });
  return { http: opened, [Symbol.asyncDispose]: () => opened.close() };
}
