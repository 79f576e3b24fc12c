/**
 * What a change of a JSON Schema means to those who use it: those who read the events and those who
 * produce them. Either may be broken, so widening a type breaks as narrowing does. What is not known to be
 * compatible is breaking.
 */
import { isDeepStrictEqual } from "node:util";

export interface Change {
  readonly impact: "compatible" | "breaking";
  /** A sentence that begins with the place. */
  readonly what: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** Words for people: they promise nothing about the data. */
const WORDS = ["title", "description", "x-de", "x-documented", "examples", "$comment"];
/** Compared on their own. */
const STRUCTURE = [
  "properties",
  "required",
  "type",
  "enum",
  "const",
  "anyOf",
  "items",
  "$defs",
  "$schema",
  "$id",
];

export function compareSchemas(before: Schema, after: Schema, path: string): Change[] {
  return compareNodes(inlined(before), inlined(after), path);
}

function compareNodes(before: Schema, after: Schema, path: string): Change[] {
  return [
    ...compareProperties(before, after, path),
    ...compareRequired(before, after, path),
    ...compareSets(typesOf(before), typesOf(after), `${path}: the type`),
    ...compareSets(valuesOf(before), valuesOf(after), `${path}: the list of values`),
    ...compareAlternatives(before, after, path),
    ...compareItems(before, after, path),
    ...compareOtherKeywords(before, after, path),
  ];
}

function compareProperties(before: Schema, after: Schema, path: string): Change[] {
  const [was, is] = [schemasIn(before["properties"]), schemasIn(after["properties"])];
  const required = new Set(listIn(after["required"]));
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name): Change[] => {
    const [old, fresh] = [was[name], is[name]];
    if (old !== undefined && fresh !== undefined) return compareNodes(old, fresh, `${path}.${name}`);
    if (old !== undefined) return [breaking(`${path}.${name} was removed`)];
    if (required.has(name)) return [breaking(`${path}.${name} was added as a required field`)];
    return [compatible(`${path}.${name} was added`)];
  });
}

function compareRequired(before: Schema, after: Schema, path: string): Change[] {
  const [was, is] = [listIn(before["required"]), listIn(after["required"])];
  const [old, fresh] = [schemasIn(before["properties"]), schemasIn(after["properties"])];
  const inBoth = (name: string) => name in old && name in fresh;
  return [
    ...is
      .filter((name) => inBoth(name) && !was.includes(name))
      .map((name) => breaking(`${path}.${name} became required`)),
    ...was
      .filter((name) => inBoth(name) && !is.includes(name))
      .map((name) => breaking(`${path}.${name} became optional`)),
  ];
}

/** Narrower breaks who produces, wider breaks who reads. */
function compareSets(
  was: readonly string[] | undefined,
  is: readonly string[] | undefined,
  what: string,
): Change[] {
  if (isDeepStrictEqual(was, is)) return [];
  const isNarrower = was === undefined || (is !== undefined && is.every((value) => was.includes(value)));
  const isWider = is === undefined || (was !== undefined && was.every((value) => is.includes(value)));
  const how = isNarrower ? "became narrower" : isWider ? "became wider" : "changed";
  return [breaking(`${what} ${how}: ${was?.join(", ") ?? "any"} → ${is?.join(", ") ?? "any"}`)];
}

function compareAlternatives(before: Schema, after: Schema, path: string): Change[] {
  const [was, is] = [alternativesIn(before), alternativesIn(after)];
  const gone = was.filter((old) => !is.some((fresh) => isDeepStrictEqual(old, fresh)));
  const come = is.filter((fresh) => !was.some((old) => isDeepStrictEqual(old, fresh)));
  const [old, fresh] = [gone[0], come[0]];
  if (old === undefined && fresh === undefined) return [];
  // One alternative that changed, as the person in "a person or null" does.
  if (old !== undefined && fresh !== undefined && gone.length === 1 && come.length === 1)
    return compareNodes(old, fresh, path);
  return [breaking(`${path}: the alternatives changed`)];
}

function compareItems(before: Schema, after: Schema, path: string): Change[] {
  const [was, is] = [before["items"], after["items"]];
  if (isSchema(was) && isSchema(is)) return compareNodes(was, is, `${path}[]`);
  return isDeepStrictEqual(was, is) ? [] : [breaking(`${path}: its items changed`)];
}

function compareOtherKeywords(before: Schema, after: Schema, path: string): Change[] {
  const keywords = new Set(
    [...Object.keys(before), ...Object.keys(after)].filter((keyword) => !STRUCTURE.includes(keyword)),
  );
  return [...keywords]
    .filter((keyword) => !isDeepStrictEqual(before[keyword], after[keyword]))
    .map((keyword) =>
      WORDS.includes(keyword)
        ? compatible(`${path}: its ${keyword} changed`)
        : breaking(`${path}: its ${keyword} changed`),
    );
}

/** Every reference replaced by what it refers to: moving a part into `$defs` changes nothing for anybody. */
function inlined(root: Schema): Schema {
  const definitions = schemasIn(root["$defs"]);
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline);
    if (!isSchema(value)) return value;
    const reference = value["$ref"];
    const target = typeof reference === "string" ? definitions[reference.replace("#/$defs/", "")] : undefined;
    const { $ref: _, ...rest } = value;
    const merged = target === undefined ? value : { ...target, ...rest };
    return Object.fromEntries(Object.entries(merged).map(([key, part]) => [key, inline(part)]));
  };
  const { $defs: _, ...rest } = root;
  return inline(rest) as Schema;
}

function typesOf(schema: Schema): string[] | undefined {
  const type = schema["type"];
  return type === undefined ? undefined : [type].flat().map(String).toSorted();
}

function valuesOf(schema: Schema): string[] | undefined {
  if ("const" in schema) return [JSON.stringify(schema["const"])];
  const values = schema["enum"];
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).toSorted() : undefined;
}

function alternativesIn(schema: Schema): Schema[] {
  const anyOf = schema["anyOf"];
  return Array.isArray(anyOf) ? anyOf.filter(isSchema) : [];
}

function schemasIn(value: unknown): Readonly<Record<string, Schema>> {
  return isSchema(value) ? (value as Readonly<Record<string, Schema>>) : {};
}

function listIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function breaking(what: string): Change {
  return { impact: "breaking", what };
}

function compatible(what: string): Change {
  return { impact: "compatible", what };
}
