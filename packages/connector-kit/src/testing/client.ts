/** What the tests of the HTTP client share. */
import type { Exchange, Failure, HttpClient, HttpClientOptions, Reply, RequestPlan } from "../index.ts";
import { createHttpClient } from "../index.ts";

export function post(url: string, body: string | Uint8Array = "hello"): RequestPlan {
  return { method: "POST", url, headers: { "content-type": "text/plain" }, body };
}

export function replyOf(exchange: Exchange): Reply {
  if (exchange.kind !== "reply") throw new Error(`no reply: ${exchange.reason} ${exchange.detail}`);
  return exchange;
}

export function failureOf(exchange: Exchange): Failure {
  if (exchange.kind !== "failed") throw new Error(`a reply: ${exchange.status}`);
  return exchange;
}

/** Where the tests' receivers are. */
const LOOPBACK = ["127.0.0.0/8", "::1"];

/** @example await using narrow = openClient({ maxConnectionsPerOrigin: 1 }); */
export function openClient(
  options: Omit<HttpClientOptions, "userAgent"> = {},
): { readonly http: HttpClient } & AsyncDisposable {
  const http = createHttpClient({ userAgent: "Stellwerk/test", allowAddresses: LOOPBACK, ...options });
  return { http, [Symbol.asyncDispose]: () => http.close() };
}
