/** Writing an answer: nothing of express is needed for it, and the hot path wants nothing else. */
import type { ServerResponse } from "node:http";

/**
 * What every answer carries: nobody may keep it, take it for something else, show it in a frame or name it to
 * others. A page that is meant to be looked at brings a `content-security-policy` of its own.
 */
const ALWAYS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
/** Where it is reached by https, browsers shall not try http again (a year). */
const ALWAYS_BY_HTTPS = { ...ALWAYS, "strict-transport-security": "max-age=31536000" };

const stopping = new WeakSet<object>();
const reachedByHttps = new WeakSet<object>();

/** From now on every answer of this server ends its connection, so that keep-alive clients move on. */
export function endConnectionsOf(server: object): void {
  stopping.add(server);
}

/** This server is behind a proxy that speaks https. */
export function announceHttps(server: object): void {
  reachedByHttps.add(server);
}

/** What every answer on this connection carries. */
export function alwaysOn(socket: object): Readonly<Record<string, string>> {
  const server: unknown = Reflect.get(socket, "server");
  if (typeof server !== "object" || server === null) return ALWAYS;
  const always = reachedByHttps.has(server) ? ALWAYS_BY_HTTPS : ALWAYS;
  return stopping.has(server) ? { ...always, connection: "close" } : always;
}

export function sendBody(
  response: ServerResponse,
  status: number,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    ...alwaysOn(response.req.socket),
    ...headers,
    // RFC 9110, 8.6: no answer without a body by its nature says a length.
    ...(status !== 204 && status !== 304 && { "content-length": Buffer.byteLength(body) }),
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
