/** Requests made from the API's description: most nearly right, some in no way. */
import fc from "fast-check";
import type { ApiDocument } from "../../openapi/document.ts";
import { broken, hostile, type KnownIds, type Resolve, type Schema, valueOf } from "./arbitrary-values.ts";

export interface RawRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Known {
  readonly ids: KnownIds;
  /** Of every scope; the admin's is the first. */
  readonly keys: readonly string[];
  readonly hookTokens: readonly string[];
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        { readonly schema: Schema; readonly examples?: Readonly<Record<string, { value: unknown }>> }
      >
    >;
  };
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
const CONTENT_TYPES = [
  "application/json",
  "application/json; charset=utf-16",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "nonsense",
];
/** What a request line may hold, escaped or not. */
const rawText = fc.oneof(
  fc.constantFrom(
    "%",
    "%00",
    "%ff",
    "%ed%a0%80",
    "..",
    "%2e%2e%2f",
    "%2F",
    "x".repeat(2_000),
    "null",
    "-1",
    "1e999",
  ),
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
);
const rawJson = fc.constantFrom(
  "",
  "{",
  "nul",
  '{"a":1,"a":2}',
  '{"name":"\\ud800"}',
  "\ufeff{}",
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `{"a":${"9".repeat(400)}}`,
  "a=1&b=%ff&a[]=2",
  '--x\r\nContent-Disposition: form-data; name="event"\r\n\r\nform_submitted\r\n--x--\r\n',
  "--x\r\n\r\n",
);

export function requestsOf(document: ApiDocument, known: Known): fc.Arbitrary<RawRequest> {
  const resolve: Resolve = (ref) =>
    (document.components?.schemas?.[ref.split("/").at(-1) ?? ""] ?? {}) as Schema;
  const each = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      // What is deleted cannot be asked about any more.
      weight: method === "delete" ? 1 : 5,
      arbitrary: requestOf(method.toUpperCase(), path, operation as Operation, known, resolve),
    })),
  );
  return fc.oneof(...each);
}

function requestOf(
  method: string,
  path: string,
  operation: Operation,
  known: Known,
  resolve: Resolve,
): fc.Arbitrary<RawRequest> {
  const parameters = operation.parameters ?? [];
  const valueFor = (schema: Schema) => valueOf(schema, resolve, known.ids).map(asText);
  const of = (place: string) => parameters.filter((each) => each.in === place);
  const inPath = of("path").map(({ name, schema }) =>
    fc
      .oneof(
        {
          weight: 8,
          arbitrary: (name === "token" ? fc.constantFrom(...known.hookTokens) : valueFor(schema)).map(encode),
        },
        { weight: 1, arbitrary: rawText },
      )
      .map((value) => [name, value] as const),
  );
  return fc
    .record({
      method: fc.oneof(
        { weight: 25, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      values: fc.tuple(...inPath),
      query: queryOf(of("query"), valueFor),
      headers: headersOf(of("header"), valueFor, known),
      contentType: fc.oneof(
        { weight: 10, arbitrary: fc.constant("application/json") },
        { weight: 1, arbitrary: fc.constantFrom(...CONTENT_TYPES) },
      ),
      body: bodyOf(operation, known, resolve),
    })
    .map(({ method: sent, values, query, headers, contentType, body }) => {
      let target = path;
      for (const [name, value] of values)
        target = target.replace(`{${name}}`, () => (value === "" ? "%20" : value));
      return {
        method: sent,
        target: query === "" ? target : `${target}?${query}`,
        headers: { ...headers, ...(body !== undefined && { "content-type": contentType }) },
        body: sent === "TRACE" ? undefined : body,
      };
    });
}

type Parameters = readonly { readonly name: string; readonly schema: Schema }[];

/** Parameters that are asked for, some of them twice, and others. */
function queryOf(
  parameters: Parameters,
  valueFor: (schema: Schema) => fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const known = parameters.map(({ name, schema }) =>
    valueFor(schema).map((value) => `${name}=${encode(value)}`),
  );
  const twice = parameters.map(({ name }) => fc.constant(`${name}=1&${name}=2`));
  const strange = fc.tuple(rawText, rawText).map(([name, value]) => `${name}=${value}`);
  const one = fc.oneof(
    ...known.map((arbitrary) => ({ weight: 8, arbitrary })),
    ...twice.map((arbitrary) => ({ weight: 1, arbitrary })),
    { weight: 1, arbitrary: strange },
  );
  return fc.array(one, { maxLength: known.length === 0 ? 1 : 3 }).map((parts) => parts.join("&"));
}

function headersOf(
  parameters: Parameters,
  valueFor: (schema: Schema) => fc.Arbitrary<string>,
  known: Known,
): fc.Arbitrary<Record<string, string>> {
  const [admin = ""] = known.keys;
  const authorization = fc.oneof(
    { weight: 12, arbitrary: fc.constant(`Bearer ${admin}`) },
    { weight: 2, arbitrary: fc.constantFrom(...known.keys.map((key) => `Bearer ${key}`)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("", "Bearer", "Basic YTpi", "Bearer \u00ff", `Bearer ${"k".repeat(300)}`),
    },
  );
  const others = parameters.map(({ name, schema }) => {
    // Few, so that they repeat.
    const few = name === "Idempotency-Key" ? fc.constantFrom("a", "b", "c", "with space", "ü") : undefined;
    const versions =
      name === "If-Match" ? fc.constantFrom('"1"', 'W/"2"', "*", '"x"', "", '"1", "2"') : undefined;
    const absent = { weight: name === "Stellwerk-Account" ? 15 : 2, arbitrary: fc.constant(undefined) };
    const value = (few ?? versions ?? valueFor(schema)).map(asHeader);
    return fc.oneof(absent, { weight: 1, arbitrary: value }).map((each) => [name, each] as const);
  });
  return fc
    .tuple(authorization, ...others)
    .map(([key, ...rest]) =>
      Object.fromEntries([
        ["authorization", key],
        ...rest.filter((each): each is readonly [string, string] => each[1] !== undefined),
      ]),
    );
}

function bodyOf(
  { requestBody }: Operation,
  { ids }: Known,
  resolve: Resolve,
): fc.Arbitrary<string | undefined> {
  const media = requestBody?.content["application/json"];
  if (media === undefined) {
    return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: rawJson });
  }
  const recorded = Object.values(media.examples ?? {}).map(({ value }) => value);
  const examples = recorded.length === 0 ? [{}] : recorded;
  const json = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...examples) },
    { weight: 5, arbitrary: fc.constantFrom(...examples).chain(broken) },
    { weight: 5, arbitrary: valueOf(media.schema, resolve, ids) },
    { weight: 1, arbitrary: hostile },
  );
  return fc.oneof(
    { weight: 15, arbitrary: json.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: rawJson },
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** What a client can put into a header at all: no control characters, one byte each. */
function asHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, "").slice(0, 4_000);
}
