import { afterAll, describe, expect, test } from "vitest";
import { openClient, post, replyOf } from "./testing/client.ts";
import {
  LOCALHOST_CERTIFICATE,
  LOCALHOST_KEY,
  openReceiver,
  openSocketServer,
  openTlsReceiver,
} from "./testing/index.ts";

const { http } = openClient();
afterAll(() => http.close());

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
    await using narrow = openClient({ maxConnectionsPerOrigin: 1 });
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
    expect(reply.durationMs).toBeLessThan(1_000);
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

describe("connections", () => {
  test("are used again, also with TLS", async () => {
    await using receiver = await openTlsReceiver({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE });
    await using trusting = openClient({ ca: LOCALHOST_CERTIFICATE });
    for (let i = 0; i < 20; i += 1) {
      expect(replyOf(await trusting.http.request(post(receiver.url), { deadlineMs: 5_000 })).status).toBe(
        200,
      );
    }
    // Two, because undici frees a connection one turn of the event loop after its reply.
    expect(new Set(receiver.requests.map((request) => request.clientPort)).size).toBeLessThanOrEqual(2);
  });

  test("to one origin are bounded; the rest waits its turn", async () => {
    await using narrow = openClient({ maxConnectionsPerOrigin: 3 });
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
    const stop = new AbortController();
    const options = { deadlineMs: 5_000, signal: stop.signal };
    const stuck = Array.from({ length: 20 }, () => http.request(post(hanging.url), options));
    expect(replyOf(await http.request(post(receiver.url), { deadlineMs: 2_000 })).status).toBe(200);
    stop.abort();
    expect((await Promise.all(stuck)).map((exchange) => exchange.kind)).not.toContain("reply");
  });
});
