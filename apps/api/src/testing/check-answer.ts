/**
 * Holds answers to the API's description: status, content type, headers and body, with nothing in it that is
 * not described. Every answer that a test of the api gets goes through here.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { type ApiDocument, createApiDocument } from "../openapi/document.ts";
import { routes } from "../routes.ts";

export interface GivenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object; readonly examples?: object }>>;
}

/** Headers that say something about the request; the others are transport. */
const MEANINGFUL = ["etag", "retry-after", "www-authenticate", "allow", "accept"];
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

let document: ApiDocument | undefined;

export function apiDocument(): ApiDocument {
  return (document ??= createApiDocument(routes));
}

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: { "date-time": RFC_3339, uri: (text: string) => URL.canParse(text) },
});
const validators = new WeakMap<object, ValidateFunction>();

/** Everything about a value that is not as the schema says. */
export function findMismatches(schema: object, value: unknown): string[] {
  let validate = validators.get(schema);
  if (validate === undefined) {
    // With the components beside it, so that its references lead somewhere.
    validate = ajv.compile({ ...schema, components: { schemas: apiDocument().components?.schemas } });
    validators.set(schema, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Throws with everything about the answer that the description does not have. */
export function checkAnswer(method: string, path: string, answer: GivenAnswer): void {
  const problems = [...mismatchesOf(method, path, answer)];
  if (problems.length === 0) return;
  const body = answer.bytes.toString().slice(0, 1_000);
  throw new Error(
    `${method} ${path} answered ${answer.status}, not as described: ${problems.join("; ")}\n${body}`,
  );
}

function* mismatchesOf(method: string, path: string, answer: GivenAnswer): Generator<string> {
  const operation = findOperation(method, path);
  const contentType = answer.headers.get("content-type")?.split(";")[0];
  if (operation === undefined) {
    if (answer.status !== 404 && answer.status !== 405) yield "no such operation is described";
    return;
  }
  const response = operation.responses[answer.status];
  if (response === undefined) {
    yield `the status is not described (${Object.keys(operation.responses).join(", ")})`;
    return;
  }
  for (const name of MEANINGFUL) {
    const described = Object.keys(response.headers ?? {}).map((each) => each.toLowerCase());
    if (answer.headers.has(name) && !described.includes(name)) yield `the header ${name} is not described`;
  }
  if (response.content === undefined || method === "HEAD") {
    if (answer.bytes.length > 0) yield "there is a body, and none is described";
    return;
  }
  const content =
    Object.entries(response.content).find(([described]) => described.split(";")[0] === contentType)?.[1] ??
    response.content["*/*"];
  if (content === undefined) {
    yield `the content type ${contentType} is not described`;
    return;
  }
  if (content.schema === undefined) return;
  const body: unknown = JSON.parse(answer.bytes.toString());
  yield* findMismatches(content.schema, body);
  if (contentType === "application/problem+json") yield* unexpectedCode(body, content.examples);
}

/** A status may stand for several problems; each route names its own. */
function* unexpectedCode(body: unknown, examples: object = {}): Generator<string> {
  const { type } = body as { type: string };
  const code = type.replace("urn:stellwerk:problem:", "");
  if (!Object.hasOwn(examples, code)) yield `the problem ${code} is not one that is described here`;
}

function findOperation(method: string, path: string): Operation | undefined {
  const [pathname = ""] = path.split("?");
  const key = method === "HEAD" ? "get" : method.toLowerCase();
  // Fixed words before parameters, as in the route table.
  const found = Object.entries(apiDocument().paths ?? {})
    .filter(([template]) => matches(template, pathname))
    .toSorted(([a], [b]) => a.split("{").length - b.split("{").length)
    .map(([, item]) => Reflect.get(item, key) as Operation | undefined);
  return found.find((each) => each !== undefined);
}

function matches(template: string, pathname: string): boolean {
  const pattern = template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}/?$`).test(pathname);
}
