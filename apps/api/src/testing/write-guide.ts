/**
 * `docs/http-api.md`, the API's description to read: the sections, what each call does, and the calls that were
 * recorded. After a change of the api, `npm test api -- openapi -u` writes it anew.
 */
import { recordedCalls, type RecordedCall } from "../openapi/examples.ts";
import { INTRODUCTION } from "../openapi/introduction.ts";
import { problemsOf } from "../openapi/problems.ts";
import { SECTIONS, sectionOf } from "../openapi/sections.ts";
import type { AnyRoute } from "../http/register-routes.ts";

const MAX_COLUMNS = 100;

const HEAD = `# The HTTP API

Every call there is, with a request and its answer. Generated from what \`GET /openapi.json\` serves (\`npm test api\` compares it);
with all fields, parameters and errors it is at \`/docs\` of every installation. For TypeScript there is \`@stellwerk/client\`.

${INTRODUCTION}`;

export function writeGuide(routes: readonly AnyRoute[]): string {
  const parts = [HEAD];
  for (const section of SECTIONS) {
    parts.push(`## ${section.name}`, section.description);
    for (const route of routes.filter((each) => sectionOf(each) === section)) {
      const name = `${route.method} ${route.path}`;
      parts.push(`### \`${name}\``, `${route.summary} ${route.description}`, factsOf(route));
      for (const call of recordedCalls().filter((each) => each.route === name)) {
        if (call.summary !== route.summary) parts.push(call.summary);
        parts.push(showRequest(route.method, call.request), showAnswer(call.answer));
      }
    }
  }
  return `${parts.join("\n\n")}\n`;
}

function factsOf(route: AnyRoute): string {
  const query =
    "query" in route && route.query !== undefined ? Object.keys(Reflect.get(route.query, "shape")) : [];
  const facts = [
    route.scope === "none" ? "Needs no key." : `Needs the scope \`${route.scope}\`.`,
    route.creates === true ? "Honours `Idempotency-Key`." : "",
    route.ifMatch === true ? "Honours `If-Match`." : "",
    query.length > 0 ? `Query: ${query.map((each) => `\`${each}\``).join(", ")}.` : "",
    `Problems: ${problemsOf(route)
      .map((each) => `\`${each}\``)
      .join(", ")}.`,
  ];
  return facts.filter((each) => each !== "").join(" ");
}

function showRequest(method: string, { path, headers, body }: RecordedCall["request"]): string {
  const content = typeof body === "string" ? body : body === undefined ? "" : printJson(body);
  return fence("http", [
    `${method} ${path}`,
    ...Object.entries(headers).map(([header, value]) => `${header}: ${value}`),
    ...(content === "" ? [] : ["", content.trimEnd()]),
  ]);
}

function showAnswer({ status, headers, body }: RecordedCall["answer"]): string {
  const etag = headers["etag"];
  const head = `→ \`${status}\`${etag === undefined ? "" : ` \`ETag: ${etag}\``}`;
  if (body === undefined) return head;
  if (typeof body === "string") return `${head}\n${fence("", [body.trimEnd()])}`;
  return `${head}\n${fence("json", [printJson(body)])}`;
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
