import { Socket, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { connectFirst } from "./connect-first.ts";
import { openSocketServer } from "./testing/index.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** `up`: a server; `down`: nobody listens; anything else never answers. */
async function openAddresses() {
  const up = await openSocketServer(() => undefined);
  const gone = await openSocketServer(() => undefined);
  const ports: Record<string, number> = {
    up: Number(new URL(up.url).port),
    down: Number(new URL(gone.url).port),
  };
  await gone[Symbol.asyncDispose]();
  const tried: string[] = [];
  return {
    tried,
    open: (address: string): Socket => {
      const port = ports[address];
      tried.push(address);
      const socket = port === undefined ? new Socket() : connect(port, "127.0.0.1");
      sockets.push(socket);
      return socket;
    },
    [Symbol.asyncDispose]: () => up[Symbol.asyncDispose](),
  };
}

const patient = (): AbortSignal => new AbortController().signal;

test("the first address is enough when it answers", async () => {
  await using addresses = await openAddresses();
  const socket = await connectFirst(["up", "down"], addresses.open, patient());
  expect(socket.remoteAddress).toBe("127.0.0.1");
  expect(addresses.tried).toEqual(["up"]);
});

test("one that refuses is followed by the next at once", async () => {
  await using addresses = await openAddresses();
  const startedMs = performance.now();
  await connectFirst(["down", "down", "up"], addresses.open, patient());
  expect(performance.now() - startedMs).toBeLessThan(200);
  expect(addresses.tried).toEqual(["down", "down", "up"]);
});

test("one that does not answer is overtaken after a quarter of a second, and closed", async () => {
  await using addresses = await openAddresses();
  const startedMs = performance.now();
  const socket = await connectFirst(["silent", "up"], addresses.open, patient());
  expect(performance.now() - startedMs).toBeGreaterThan(240);
  expect(socket.destroyed).toBe(false);
  expect(sockets.map((each) => each.destroyed)).toEqual([true, false]);
});

test("when all refuse, the error is the first one's", async () => {
  await using addresses = await openAddresses();
  await expect(connectFirst(["down", "down"], addresses.open, patient())).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

test("no more than six are tried", async () => {
  await using addresses = await openAddresses();
  const many = Array.from({ length: 20 }, () => "down");
  await expect(connectFirst(many, addresses.open, patient())).rejects.toThrow("ECONNREFUSED");
  expect(addresses.tried).toHaveLength(6);
});

test("when the time is up all are closed, and none is tried any more", async () => {
  await using addresses = await openAddresses();
  const stop = new AbortController();
  const connecting = connectFirst(["silent", "silent", "up"], addresses.open, stop.signal);
  stop.abort(new Error("time is up"));
  await expect(connecting).rejects.toThrow("time is up");
  expect(sockets.map((each) => each.destroyed)).toEqual([true]);
  await expect(connectFirst(["up"], addresses.open, stop.signal)).rejects.toThrow("time is up");
  expect(addresses.tried).toEqual(["silent"]);
});
