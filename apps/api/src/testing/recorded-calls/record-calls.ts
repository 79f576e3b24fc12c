/**
 * The examples of the API's description, made by calling the api: what stands in them was asked and answered so.
 * What differs from run to run (ids, times, secrets) is replaced by something that does not.
 * After a change of the api, `npm test api -- recorded-calls -u` writes them anew.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { AnyRoute } from "../../http/register-routes.ts";
import type { RecordedCall } from "../../openapi/examples.ts";
import { routes } from "../../routes.ts";
import type { CallOptions, Reply, TestApi } from "../open-test-api.ts";

export interface ShownCall extends CallOptions {
  /** With the ids filled in; the route's own path when it has no parameter. */
  readonly path?: string;
  /** What is to be seen in it, as a sentence; the route's summary when left out. */
  readonly note?: string;
  /** Leaves out of the answer what is long; what is left still fits the route's schema. */
  readonly shorten?: (body: Reply["body"]) => unknown;
}

export interface CallRecorder {
  /** Calls `route`, "POST /v1/sources", and records request and answer. Gives the answer's body. */
  readonly show: (route: string, call?: ShownCall) => Promise<Reply["body"]>;
  calls(): readonly RecordedCall[];
  /** Routes that have no successful call. */
  missing(): string[];
}

/** `vendorUrl` stands for an address on the internet. */
export function createCallRecorder(api: TestApi, vendorUrl: string): CallRecorder {
  const calls: RecordedCall[] = [];
  const nameOf = (route: AnyRoute): string => `${route.method} ${route.path}`;
  return {
    async show(name, { path, note, shorten = (body: Reply["body"]): unknown => body, ...call } = {}) {
      const route = routes.find((each) => nameOf(each) === name);
      if (route === undefined) throw new Error(`There is no route ${name}`);
      const target = path ?? route.path;
      const reply = await api.call(route.method, target, call);
      const etag = reply.headers.get("etag");
      const sent = call.raw === undefined ? call.body : jsonOrText(call.raw.toString());
      calls.push({
        route: name,
        summary: note ?? route.summary,
        request: {
          path: target,
          headers: {
            ...(call.body !== undefined && { "content-type": "application/json" }),
            ...call.headers,
          },
          ...(sent !== undefined && { body: sent }),
        },
        answer: {
          status: reply.status,
          // A version; that of bytes would change with them, and these examples are among them.
          headers: etag !== null && /^"\d+"$/.test(etag) ? { etag } : {},
          ...(reply.bytes.length > 0 && {
            body: shorten(reply.body === undefined ? reply.bytes.toString() : reply.body),
          }),
        },
      });
      // Ids that are made in one millisecond are not in the order of time, and lists show them in another one.
      await pause(2);
      return reply.body;
    },
    calls: () => JSON.parse(steady(JSON.stringify(calls), api, vendorUrl)) as readonly RecordedCall[],
    missing: () =>
      routes
        .map(nameOf)
        .filter((name) => !calls.some((call) => call.route === name && call.answer.status < 300)),
  };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same text in every run. */
function steady(text: string, api: TestApi, vendorUrl: string): string {
  const ids = new Map<string, string>();
  const counts = new Map<string, number>();
  return (
    text
      .replaceAll(api.url, "http://127.0.0.1:8080")
      .replaceAll(vendorUrl, "https://boards.example.com")
      .replaceAll(encodeURIComponent(api.url), encodeURIComponent("http://127.0.0.1:8080"))
      .replaceAll(/\b(state|code|code_challenge)=[\w-]{36,}/g, "$1=…")
      .replaceAll(/"durationMs":\d+/g, '"durationMs":42')
      .replaceAll(/\b(evt|sub|con|src|dlv|att|key|acc)_[0-7][0-9a-z]{25}\b/g, (id, prefix: string) => {
        const count = (counts.get(prefix) ?? 0) + (ids.has(id) ? 0 : 1);
        counts.set(prefix, count);
        if (!ids.has(id)) ids.set(id, `${prefix}_01kas0${String(count).padStart(20, "0")}`);
        return ids.get(id) ?? id;
      })
      .replaceAll(/\/hooks\/[\w-]{20,}/g, "/hooks/8Zt0uN3k…")
      .replaceAll(/whsec_[\w+/=-]+/g, "whsec_…")
      .replaceAll(/whpk_[\w+/=-]+/g, "whpk_…")
      .replaceAll(/"x":"[\w-]{43}"/g, '"x":"…"')
      .replaceAll(/\bsw_[\w-]+/g, "sw_…")
      .replaceAll(/\breq_[\w-]+/g, "req_…")
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "2026-11-23T09:00:00.000Z")
      // In sentences for people.
      .replaceAll(/(?<=\bsince )\d{4}-\d\d-\d\d\b/g, "2026-11-23")
  );
}
