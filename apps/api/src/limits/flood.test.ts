/** Floods against the api as a process of its own: it serves meanwhile, serves at once afterwards, and keeps nothing. */
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { openEmptyTestDatabase } from "@stellwerk/store/testing";
import { expect, test } from "vitest";
import { ADMIN_KEY } from "../testing/open-test-api.ts";
import { openRaw, type RawConnection } from "../testing/raw-connection.ts";
import { startApiProcess } from "../testing/start-api-process.ts";

const MB = 1_048_576;
const SLOW_CLIENTS = 500;
/** Headers have 10 s; the rest is for a busy machine. */
const ALL_CUT_OFF_MS = 20_000;
/** The bodies of one round alone are 150 MB. */
const LEFT_OVER_BYTES = 16 * MB;
const LEFT_OVER_FILES = 5;

const authorization = `Bearer ${ADMIN_KEY}`;

/** The status, or 0 when the connection ended instead. */
function send(
  url: string,
  path: string,
  options: { agent: Agent; method?: string; headers?: Record<string, string>; body?: Buffer },
): Promise<number> {
  return new Promise((resolve) => {
    const { agent, method = "GET", headers = {}, body } = options;
    const request = httpRequest(url + path, { agent, method, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", () => resolve(0));
    });
    request.on("error", () => resolve(0));
    request.end(body);
  });
}

async function openSlowClients(url: string): Promise<RawConnection[]> {
  const clients = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => openRaw(url)));
  for (const { socket } of clients) {
    socket.write("GET /v1/sources HTTP/1.1\r\nhost: x\r\n");
    const drip = setInterval(() => socket.write("x-slow: 1\r\n"), 1_000);
    socket.once("close", () => clearInterval(drip));
  }
  return clients;
}

/** Everybody at once, on connections of their own. Gives how often each status came. */
async function flood(url: string): Promise<Record<string, Record<number, number>>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const large = Buffer.from(JSON.stringify({ type: "x", data: { text: "x".repeat(1_000_000) } }));
  const headers = { authorization, "content-type": "application/json" };
  const floods = {
    headers: Array.from({ length: 300 }, () =>
      send(url, "/v1/sources", { agent, headers: { "x-long": "x".repeat(20_000) } }),
    ),
    tokens: Array.from({ length: 3_000 }, () =>
      send(url, `/hooks/${Math.random()}`, { agent, method: "POST", body: Buffer.from("{}") }),
    ),
    bodies: Array.from({ length: 150 }, () =>
      send(url, "/v1/events", {
        agent: new Agent({ keepAlive: false }),
        method: "POST",
        headers,
        body: large,
      }),
    ),
  };
  const counts = await Promise.all(
    Object.entries(floods).map(async ([name, sent]) => [name, count(await Promise.all(sent))]),
  );
  agent.destroy();
  return Object.fromEntries(counts);
}

function count(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Milliseconds. */
async function serve(url: string): Promise<number> {
  const startedAt = performance.now();
  const reply = await fetch(`${url}/v1/sources`, { headers: { authorization, connection: "close" } });
  expect(reply.status).toBe(200);
  await reply.arrayBuffer();
  return performance.now() - startedAt;
}

test("slow clients, headers, guesses and large bodies without end: it serves, and keeps nothing", async () => {
  await using database = await openEmptyTestDatabase();
  await using api = await startApiProcess({ DATABASE_URL: database.url });
  await serve(api.url);
  // What is made once (compiled code, buffers, connections to the database) is there after a first round.
  await flood(api.url);
  await pause(1_000);
  const filesBefore = api.openFiles();
  const memoryBefore = await api.usedBytes();

  const slow = await openSlowClients(api.url);
  const counts = await flood(api.url);
  expect(Object.keys(counts["headers"] ?? {})).toEqual(["431"]);
  expect(counts["tokens"]?.[429]).toBeGreaterThan(2_000);
  expect(counts["bodies"]?.[202]).toBeGreaterThan(0);
  expect(counts["bodies"]?.[503]).toBeGreaterThan(0);
  // The slow ones still hold their connections.
  expect(slow.filter(({ socket }) => !socket.destroyed).length).toBe(SLOW_CLIENTS);
  expect(await serve(api.url)).toBeLessThan(1_000);

  const cutOff = await Promise.race([
    Promise.all(slow.map(({ closed }) => closed)),
    pause(ALL_CUT_OFF_MS, [], { ref: false }),
  ]);
  expect(cutOff.filter((answer) => answer.startsWith("HTTP/1.1 408 "))).toHaveLength(SLOW_CLIENTS);
  await expect.poll(() => api.openFiles() - filesBefore).toBeLessThan(LEFT_OVER_FILES);
  expect((await api.usedBytes()) - memoryBefore).toBeLessThan(LEFT_OVER_BYTES);
  expect(await serve(api.url)).toBeLessThan(1_000);
}, 90_000);
