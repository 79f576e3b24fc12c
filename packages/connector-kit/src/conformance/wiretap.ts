/**
 * The client that a connector under test sends with. Whatever host it asks for, the vendor's fake answers; what it
 * asked for is written down.
 */
import type { Exchange, HttpClient, RequestPlan } from "../exchange.ts";
import { createHttpClient } from "../http-client.ts";

export interface Tapped {
  /** As the connector wanted it, with everything that was added to its headers. */
  readonly plan: RequestPlan;
  readonly mutating: boolean;
  exchange?: Exchange;
}

export interface Wiretap extends HttpClient {
  readonly tapped: readonly Tapped[];
}

export function openWiretap(fakeUrl: string): Wiretap {
  const http = createHttpClient({ userAgent: "Stellwerk/conformance", allowAddresses: ["127.0.0.0/8"] });
  const tapped: Tapped[] = [];
  return {
    tapped,
    async request(plan, options) {
      const mutating = plan.mutating ?? (plan.method !== "GET" && plan.method !== "HEAD");
      const entry: Tapped = { plan, mutating };
      tapped.push(entry);
      entry.exchange = await http.request({ ...plan, url: atFake(plan.url, fakeUrl) }, options);
      return entry.exchange;
    },
    close: () => http.close(),
  };
}

/** Only the origin changes: what the connector made of the path is what the vendor gets. */
function atFake(url: string, fakeUrl: string): string {
  const wanted = URL.parse(url);
  return wanted === null ? url : fakeUrl + wanted.pathname + wanted.search;
}

/** So much of a request as must be the same when it is made again. */
export function essence({ plan }: Tapped): unknown {
  const { method, url, body } = plan;
  return { method, url, headers: plan.headers, body: typeof body === "string" ? body : bodyText(body) };
}

/** Everything that was sent, as text to look for something in. */
export function wholeText({ plan }: Tapped): string {
  const { url, headers, body } = plan;
  const text = typeof body === "string" ? body : bodyText(body);
  return `${decoded(url)}\n${JSON.stringify(headers)}\n${text ?? ""}`;
}

function bodyText(body: Uint8Array | undefined): string | undefined {
  return body === undefined ? undefined : Buffer.from(body).toString("latin1");
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
