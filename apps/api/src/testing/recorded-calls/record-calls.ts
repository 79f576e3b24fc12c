/**
 * `docs/http-api.md`, written by calling the api: each call below its heading was made and answered like that.
 * What differs from run to run (ids, times, secrets) is replaced by something that does not.
 * After a change of the api, `npm test api -- http-document -u` writes it anew.
 */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { AnyRoute } from "../../http/register-routes.ts";
import { routes } from "../../routes.ts";
import type { CallOptions, Reply, TestApi } from "../open-test-api.ts";

const MAX_COLUMNS = 100;

export interface ShownCall extends CallOptions {
  /** With the ids filled in; the route's own path when it has no parameter. */
  readonly path?: string;
  /** Markdown below the summary. */
  readonly note?: string;
  /** Leaves out of the answer what is long; in the document it says so. */
  readonly shorten?: (body: Reply["body"]) => unknown;
}

export interface HttpDocument {
  readonly section: (title: string) => void;
  /** Calls `route`, "POST /v1/sources", and shows request and answer. Gives the answer's body. */
  readonly show: (route: string, call?: ShownCall) => Promise<Reply["body"]>;
  text(): string;
  /** Routes that were not shown. */
  missing(): string[];
}

export function createHttpDocument(api: TestApi, introduction: string): HttpDocument {
  const parts = [introduction];
  const shown = new Set<string>();
  return {
    section(title) {
      parts.push(`## ${title}`);
    },
    async show(name, { path, note, shorten, ...call } = {}) {
      const route = routes.find((each) => nameOf(each) === name);
      if (route === undefined) throw new Error(`There is no route ${name}`);
      const target = path ?? route.path;
      const reply = await api.call(route.method, target, call);
      if (!shown.has(name)) parts.push(`### \`${name}\``, describe(route));
      shown.add(name);
      if (note !== undefined) parts.push(note);
      parts.push(showRequest(route.method, target, call), showReply(reply, shorten));
      // Ids that are made in one millisecond are not in the order of time, and lists show them in another one.
      await pause(2);
      return reply.body;
    },
    text: () => steady(`${parts.join("\n\n")}\n`, api),
    missing: () => routes.map(nameOf).filter((name) => !shown.has(name)),
  };
}

const nameOf = (route: AnyRoute): string => `${route.method} ${route.path}`;

function describe(route: AnyRoute): string {
  const needs = route.scope === "none" ? "Needs no key." : `Needs the scope \`${route.scope}\`.`;
  const once = "creates" in route && route.creates === true ? " Honours `Idempotency-Key`." : "";
  const query = "query" in route && route.query !== undefined ? ` Query: ${parametersOf(route.query)}.` : "";
  return `${route.summary} ${needs}${once}${query}`;
}

function parametersOf(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.keys(properties)
    .map((name) => `\`${name}\``)
    .join(", ");
}

function showRequest(method: string, path: string, { body, raw, headers }: CallOptions): string {
  const all = { ...(body !== undefined && { "content-type": "application/json" }), ...headers };
  const content = raw ?? (body === undefined ? "" : printJson(body));
  return fence("http", [
    `${method} ${path}`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    ...(content === "" ? [] : ["", content.toString().trimEnd()]),
  ]);
}

function showReply(reply: Reply, shorten: ShownCall["shorten"] = (body) => body): string {
  const etag = reply.headers.get("etag");
  const head = `→ \`${reply.status}\`${etag === null ? "" : ` \`ETag: ${etag}\``}`;
  if (reply.bytes.length === 0) return head;
  if (reply.body === undefined) return `${head}\n${fence("", [reply.bytes.toString().trimEnd()])}`;
  return `${head}\n${fence("json", [printJson(shorten(reply.body))])}`;
}

/** What fits on one line stands on one. */
function printJson(value: unknown, indent = ""): string {
  const short = JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, " ");
  if (typeof value !== "object" || value === null || indent.length + short.length <= MAX_COLUMNS)
    return short;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((each) => printJson(each, inner))
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${printJson(each, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return [open, lines.map((line) => inner + line).join(",\n"), indent + close].join("\n");
}

function fence(language: string, lines: readonly string[]): string {
  return ["```" + language, ...lines, "```"].join("\n");
}

/** The same text in every run. */
function steady(text: string, api: TestApi): string {
  const ids = new Map<string, string>();
  const counts = new Map<string, number>();
  return text
    .replaceAll(api.url, "http://127.0.0.1:8080")
    .replaceAll(/\b(evt|sub|con|src|dlv|att|key|acc)_[0-7][0-9a-z]{25}\b/g, (id, prefix: string) => {
      const count = (counts.get(prefix) ?? 0) + (ids.has(id) ? 0 : 1);
      counts.set(prefix, count);
      if (!ids.has(id)) ids.set(id, `${prefix}_01kas0${String(count).padStart(20, "0")}`);
      return ids.get(id) ?? id;
    })
    .replaceAll(/\/hooks\/[\w-]{20,}/g, "/hooks/8Zt0uN3k…")
    .replaceAll(/whsec_[\w+/=-]+/g, "whsec_…")
    .replaceAll(/\bsw_[\w-]+/g, "sw_…")
    .replaceAll(/\breq_[\w-]+/g, "req_…")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "2026-11-23T09:00:00.000Z");
}
