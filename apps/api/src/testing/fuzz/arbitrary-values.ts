/** Values for a JSON Schema: what it asks for, something like it, and what nobody should send. */
import fc from "fast-check";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly not?: object;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

export type Resolve = (ref: string) => Schema;
/** Ids that exist, by prefix. Grows while requests are made: what was created is asked for later. */
export type KnownIds = Readonly<Record<string, string[]>>;

const MOST_ENTRIES = 4;

/** Wrong in every way that has ever broken a server. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\u{1f9e8}\u202e\ufeff",
    "'; DROP TABLE events; --",
    "../../etc/passwd",
    "%00",
    "$path",
    0,
    -0,
    -1,
    0.1,
    1e308,
    -1e-308,
    2 ** 31,
    2 ** 53 + 2,
    [],
    {},
    [[[[[[[[[[]]]]]]]]]],
    { __proto__: null, constructor: { prototype: 1 }, toString: 1 },
    JSON.parse('{"__proto__":{"polluted":true}}'),
    "9999-12-31T23:59:59-23:59",
    "0000-01-01T00:00:00Z",
    "275760-09-13T00:00:00Z",
    "x".repeat(5_000),
    "\u{1f9e8}".repeat(300),
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.double(),
  fc.integer(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What `schema` asks for; its parts are hostile now and then. */
export function valueOf(schema: Schema, resolve: Resolve, ids: KnownIds): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 20, arbitrary: fitting(schema, resolve, ids) },
    { weight: 1, arbitrary: hostile },
  );
}

function fitting(schema: Schema, resolve: Resolve, ids: KnownIds): fc.Arbitrary<unknown> {
  const inner = (each: Schema) => valueOf(each, resolve, ids);
  if (schema.$ref !== undefined) return fitting(resolve(schema.$ref), resolve, ids);
  if (schema.not !== undefined) return hostile;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(inner));
  if (typeof schema.type === "object") {
    return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  }
  switch (schema.type) {
    case "string":
      return text(schema, ids);
    case "integer":
      return fc.integer({ min: bound(schema.minimum, -5), max: bound(schema.maximum, 1_000) });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(inner(schema.items ?? {}), {
        minLength: Math.min(schema.minItems ?? 0, MOST_ENTRIES),
        maxLength: MOST_ENTRIES,
      });
    case "object":
      return object(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function bound(value: number | undefined, otherwise: number): number {
  return value === undefined || !Number.isSafeInteger(value) || Math.abs(value) > 2 ** 31 ? otherwise : value;
}

function text(
  { pattern, format, minLength = 0, maxLength = 60 }: Schema,
  ids: KnownIds,
): fc.Arbitrary<string> {
  if (format === "date-time") {
    return fc
      .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  const prefix = /^\^([a-z]{3})_\[0-7\]/.exec(pattern ?? "")?.[1];
  if (prefix !== undefined) {
    // Chosen when the request is made: more have come by then.
    const existing = fc.nat().map((index) => {
      const known = ids[prefix] ?? [];
      return known.at(index % Math.max(1, known.length)) ?? `${prefix}_01j9zzzzzzzzzzzzzzzzzzzzzz`;
    });
    return fc.oneof(
      { weight: 15, arbitrary: existing },
      { weight: 1, arbitrary: fc.stringMatching(new RegExp(pattern ?? "")) },
    );
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, 60) });
}

function object(schema: Schema, inner: (each: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties = {}, required = [] } = schema;
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, inner(each)])),
    { requiredKeys: required.filter((name) => Object.hasOwn(properties, name)) },
  );
  const isOpen = schema.additionalProperties !== false;
  const more = fc.dictionary(fc.string({ unit: "grapheme", maxLength: 10 }), fc.jsonValue({ maxDepth: 1 }), {
    maxKeys: 2,
  });
  return fc
    .tuple(
      known,
      fc.oneof({ weight: isOpen ? 1 : 12, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: more }),
    )
    .map(([fields, others]) => ({ ...others, ...fields }));
}

/** `value` with one of its places replaced by something hostile. */
export function broken(value: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(value);
  return fc.tuple(fc.constantFrom(...places), hostile).map(([place, bad]) => replaceAt(value, place, bad));
}

function placesOf(value: unknown, place: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, each]) => placesOf(each, [...place, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], bad: unknown): unknown {
  if (key === undefined) return bad;
  if (Array.isArray(value))
    return value.map((each, index) => (`${index}` === key ? replaceAt(each, rest, bad) : each));
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: replaceAt(fields[key], rest, bad) };
}
