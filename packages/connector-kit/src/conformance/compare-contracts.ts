/**
 * What a change of a connector means to what people have saved: an input, settings and a preset's parameters that
 * were accepted must go on being accepted. What is not known to be compatible is breaking.
 */
import { isDeepStrictEqual } from "node:util";
import { isSchema } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";
import type { Contract } from "./contract.ts";

/** Words for people, and how a form looks. */
const WORDS = new Set(
  "title description text labels placeholder examples options secret multiline escape $schema".split(" "),
);
/** Compared on their own. */
const STRUCTURE = new Set(["properties", "required", "type", "enum", "items", "anyOf", "oneOf"]);

/** One sentence for each thing that breaks what somebody has saved. */
export function breakingChanges(before: Contract, after: Contract): string[] {
  if (before.id !== after.id) return [`the connector's id changed from ${before.id} to ${after.id}`];
  return [
    ...compareInputs(before.settings, after.settings, "settings"),
    ...compareInputs(before.secrets, after.secrets, "secrets"),
    ...Object.entries(before.actions).flatMap(([name, was]) => {
      const is = after.actions[name];
      if (is === undefined) return [`${name} was removed`];
      return [
        ...compareInputs(was.input, is.input, name),
        ...(isDeepStrictEqual(was.output, is.output) || was.output === null
          ? []
          : [`${name}: its output changed`]),
      ];
    }),
    ...Object.entries(before.presets).flatMap(([id, was]) => {
      const is = after.presets[id];
      return is === undefined ? [`the preset ${id} was removed`] : compareInputs(was, is, `preset ${id}`);
    }),
  ];
}

function compareInputs(before: JsonSchema, after: JsonSchema, path: string): string[] {
  return [
    ...compareProperties(before, after, path),
    ...narrowed(typesOf(before), typesOf(after), `${path}: its type`),
    ...narrowed(listIn(before["enum"]), listIn(after["enum"]), `${path}: its values`),
    ...compareAlternatives(before, after, path),
    ...compareItems(before, after, path),
    ...compareOthers(before, after, path),
  ];
}

function compareProperties(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [was, is] = [schemasIn(before["properties"]), schemasIn(after["properties"])];
  const [needed, needs] = [listIn(before["required"]) ?? [], listIn(after["required"]) ?? []];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => {
    const [old, fresh] = [was[name], is[name]];
    const required = needs.includes(JSON.stringify(name));
    if (old === undefined) return required ? [`${path}.${name} was added and is required`] : [];
    if (fresh === undefined) return [`${path}.${name} was removed`];
    const became = required && !needed.includes(JSON.stringify(name));
    return [
      ...(became ? [`${path}.${name} became required`] : []),
      ...compareInputs(old, fresh, `${path}.${name}`),
    ];
  });
}

function narrowed(
  was: readonly string[] | undefined,
  is: readonly string[] | undefined,
  what: string,
): string[] {
  if (is === undefined || isDeepStrictEqual(was, is)) return [];
  if (was === undefined) return [`${what} became narrower: ${is.join(", ")}`];
  const gone = was.filter((value) => !is.includes(value));
  return gone.length === 0 ? [] : [`${what} became narrower: without ${gone.join(", ")}`];
}

function compareAlternatives(before: JsonSchema, after: JsonSchema, path: string): string[] {
  return ["anyOf", "oneOf"].flatMap((keyword) => {
    const [was, is] = [before[keyword], after[keyword]];
    if (isDeepStrictEqual(was, is)) return [];
    if (!Array.isArray(was) || !Array.isArray(is) || was.length > is.length)
      return [`${path}: its alternatives changed`];
    // More of them at the end take nothing away.
    return was.flatMap((each: unknown, index) => {
      const fresh: unknown = is[index];
      return isSchema(each) && isSchema(fresh)
        ? compareInputs(each, fresh, path)
        : [`${path}: its alternatives changed`];
    });
  });
}

function compareItems(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [was, is] = [before["items"], after["items"]];
  if (isSchema(was) && isSchema(is)) return compareInputs(was, is, `${path}[]`);
  return isDeepStrictEqual(was, is) ? [] : [`${path}: its items changed`];
}

function compareOthers(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const keywords = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    keywords
      .filter((keyword) => !WORDS.has(keyword) && !STRUCTURE.has(keyword))
      .filter((keyword) => !isDeepStrictEqual(before[keyword], after[keyword]))
      // A limit that is gone lets more in.
      .filter((keyword) => keyword === "default" || after[keyword] !== undefined)
      .map((keyword) => `${path}: its ${keyword} changed`)
  );
}

function typesOf(schema: JsonSchema): string[] | undefined {
  const type = schema["type"];
  return type === undefined ? undefined : [type].flat().map(String).toSorted();
}

function listIn(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map((each) => JSON.stringify(each)) : undefined;
}

function schemasIn(value: unknown): Readonly<Record<string, JsonSchema>> {
  if (!isSchema(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])),
  );
}
