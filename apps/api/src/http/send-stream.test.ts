import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { ClientGoneError } from "../errors.ts";
import { sendStream } from "./send-stream.ts";

/** A server that answers with `chunks`, and what became of each answer. */
async function serve(chunks: () => AsyncGenerator<string>) {
  const ends: unknown[] = [];
  const server = createServer((_request, response) => {
    sendStream(response, 200, chunks(), { "content-type": "text/plain" }).then(
      () => ends.push("whole"),
      (error: unknown) => {
        ends.push(error);
        if (!response.headersSent) response.writeHead(503).end();
      },
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    ends,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

test("what fails before the first chunk can still be answered as a problem", async () => {
  await using server = await serve(async function* () {
    await Promise.resolve();
    if (server.ends.length === 0) throw new Error("the database is away");
    yield "never";
  });
  expect((await fetch(server.url)).status).toBe(503);
});

test("what fails on the way breaks the connection off, so that nobody takes a part for the whole", async () => {
  const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
  await using server = await serve(async function* () {
    yield "first\n";
    await isRead;
    throw new Error("the database is away");
  });
  const reply = await fetch(server.url);
  expect(reply.status).toBe(200);
  read();
  await expect(reply.text()).rejects.toThrow("terminated");
  expect(server.ends).toEqual([new Error("the database is away")]);
});

test("it makes no more than its reader takes, and stops when the reader goes", async () => {
  let made = 0;
  let isClosed = false;
  await using server = await serve(async function* () {
    try {
      for (;;) {
        made += 1;
        await Promise.resolve();
        yield "x".repeat(65_536);
      }
    } finally {
      isClosed = true;
    }
  });
  const sent = request(server.url, (response) => response.pause()).end();
  sent.on("error", () => {});
  await once(sent, "response");
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = before === made;
        before = made;
        return isStill;
      },
      { interval: 100, timeout: 10_000 },
    )
    .toBe(true);
  expect(made).toBeLessThan(1_000);
  sent.destroy();
  await expect.poll(() => server.ends).toEqual([expect.any(ClientGoneError)]);
  expect(isClosed).toBe(true);
});

test("an empty one is whole", async () => {
  await using server = await serve(async function* () {});
  const reply = await fetch(server.url);
  expect(await reply.text()).toBe("");
  await expect.poll(() => server.ends).toEqual(["whole"]);
});
