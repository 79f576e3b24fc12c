/** Writing an answer: nothing of express is needed for it, and the hot path wants nothing else. */
import type { ServerResponse } from "node:http";

/** What nobody may keep or interpret; every answer carries it. */
const ALWAYS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

const stopping = new WeakSet<object>();

/** From now on every answer of this server ends its connection, so that keep-alive clients move on. */
export function endConnectionsOf(server: object): void {
  stopping.add(server);
}

export function sendBody(
  response: ServerResponse,
  status: number,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>>,
): void {
  const server: unknown = Reflect.get(response.req.socket, "server");
  response.writeHead(status, {
    ...ALWAYS,
    ...headers,
    "content-length": Buffer.byteLength(body),
    ...(typeof server === "object" && server !== null && stopping.has(server) && { connection: "close" }),
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  sendBody(response, status, JSON.stringify(value), {
    ...headers,
    "content-type": "application/json",
  });
}
