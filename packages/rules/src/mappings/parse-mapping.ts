/** From JSON to a mapping: every mistake with its place, what is too large or too deep refused. */
import { MAX_MAPPING_DEPTH, MAX_MAPPING_NODES } from "../limits.ts";
import { isStatusPath, statusKey } from "../conditions/status-key.ts";
import { nearest } from "../nearest.ts";
import { parsePath } from "../path/path.ts";
import type { Path } from "../path/path.ts";
import { describeReceived, placeBelow, ProblemList, quoteShort } from "../problem.ts";
import type { Checked } from "../problem.ts";
import { parseTemplate } from "../templates/parse-template.ts";
import { MAPPING_KEYS } from "./mapping.ts";
import type { Fallback, MappedValue } from "./mapping.ts";

type JsonObject = Readonly<Record<string, unknown>>;

export function parseMapping(json: unknown, place = "input"): Checked<MappedValue> {
  const parser = new MappingParser();
  const value = parser.parseValue(json, place, 1);
  if (value !== undefined && parser.problems.isEmpty) return { ok: true, value };
  return { ok: false, problems: parser.problems.toArray() };
}

class MappingParser {
  readonly problems = new ProblemList();
  #nodes = 0;

  parseValue(json: unknown, place: string, depth: number): MappedValue | undefined {
    if (!this.#hasRoom(place, depth)) return undefined;
    if (typeof json !== "object" || json === null) return { kind: "plain", value: json };
    if (Array.isArray(json)) {
      if (!this.#fits(json.length, place)) return undefined;
      const entries = json.map((entry, index) => this.parseValue(entry, placeBelow(place, index), depth + 1));
      if (!entries.every((entry) => entry !== undefined)) return undefined;
      return entries.every(({ kind }) => kind === "plain")
        ? { kind: "plain", value: json }
        : { kind: "list", entries };
    }
    return this.#parseObject(json as JsonObject, place, depth);
  }

  #parseObject(json: JsonObject, place: string, depth: number): MappedValue | undefined {
    const keys = Object.keys(json);
    if (!this.#fits(keys.length, place)) return undefined;
    if (Object.hasOwn(json, "$path")) return this.#parsePathValue(json, place);
    if (Object.hasOwn(json, "$text")) return this.#parseText(json, place);
    if (Object.hasOwn(json, "$map")) return this.#parseLookup(json, place, depth);
    const unknown = keys.find((key) => key.startsWith("$"));
    if (unknown !== undefined) {
      const meant = nearest(unknown, MAPPING_KEYS);
      const fix = meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
      const expected = `one of ${MAPPING_KEYS.join(", ")}, or a name without a dollar sign`;
      this.#refuse(placeBelow(place, unknown), "is no kind of mapping", expected, quoteShort(unknown), fix);
      return undefined;
    }
    const fields: (readonly [string, MappedValue])[] = [];
    for (const key of keys) {
      const value = this.parseValue(json[key], placeBelow(place, key), depth + 1);
      if (value !== undefined) fields.push([key, value]);
    }
    return fields.every(([, { kind }]) => kind === "plain")
      ? { kind: "plain", value: json }
      : { kind: "object", fields };
  }

  #parsePathValue(json: JsonObject, place: string): MappedValue | undefined {
    this.#refuseOthers(json, ["$path", "default"], place);
    const path = this.#parsePath(json["$path"], placeBelow(place, "$path"));
    const fallback = this.#parseFallback(json, place);
    return path === undefined ? undefined : { kind: "path", path, fallback };
  }

  #parseText(json: JsonObject, place: string): MappedValue | undefined {
    this.#refuseOthers(json, ["$text"], place);
    const text = json["$text"];
    const below = placeBelow(place, "$text");
    if (typeof text !== "string") {
      this.#refuse(below, "$text takes a template", "a text", describeReceived(text));
      return undefined;
    }
    const template = parseTemplate(text, below);
    if (template.ok) return { kind: "text", template: template.value };
    for (const problem of template.problems) this.problems.add(problem);
    return undefined;
  }

  #parseLookup(json: JsonObject, place: string, depth: number): MappedValue | undefined {
    this.#refuseOthers(json, ["$map", "values", "default"], place);
    const path = this.#parsePath(json["$map"], placeBelow(place, "$map"));
    const fallback = this.#parseFallback(json, place);
    const { values } = json;
    const below = placeBelow(place, "values");
    if (typeof values !== "object" || values === null || Array.isArray(values)) {
      const fix = 'For example `{ "$map": "website.status", "values": { "Done": "C024BE91L" } }`.';
      this.#refuse(
        below,
        "is needed",
        "an object: what stands for which value",
        describeReceived(values),
        fix,
      );
      return undefined;
    }
    const entries = Object.entries(values);
    if (!this.#fits(entries.length, below)) return undefined;
    for (const [key, value] of entries) this.#checkPlain(value, placeBelow(below, key), depth + 1);
    if (path === undefined) return undefined;
    this.#refuseTwins(path, entries, below);
    return { kind: "map", path, values: entries, fallback };
  }

  /** "Done" and "Fertig" in one table: nobody could say which one counts. */
  #refuseTwins(path: Path, entries: readonly (readonly [string, unknown])[], place: string): void {
    if (!isStatusPath(path)) return;
    const seen = new Map<string, string>();
    for (const [key] of entries) {
      const twin = seen.get(statusKey(key));
      seen.set(statusKey(key), key);
      if (twin === undefined) continue;
      const received = `${quoteShort(twin)} and ${quoteShort(key)}`;
      this.#refuse(
        placeBelow(place, key),
        "stands for a status that is there already",
        "each status once",
        received,
      );
    }
  }

  #parsePath(json: unknown, place: string): Path | undefined {
    const parsed = typeof json === "string" ? parsePath(json) : undefined;
    if (parsed?.ok === true) return parsed.path;
    const message = parsed?.message ?? "takes a path";
    this.#refuse(place, message, "a path such as website.title", describeReceived(json), parsed?.fix);
    return undefined;
  }

  #parseFallback(json: JsonObject, place: string): Fallback | undefined {
    if (!Object.hasOwn(json, "default")) return undefined;
    this.#checkPlain(json["default"], placeBelow(place, "default"), 2);
    return { value: json["default"] };
  }

  /** What a table or a default gives is given as it is. */
  #checkPlain(json: unknown, place: string, depth: number): void {
    const value = this.parseValue(json, place, depth);
    if (value === undefined || value.kind === "plain") return;
    this.#refuse(place, "cannot be a mapping itself", "a plain value", "a mapping", "Give the value itself.");
  }

  #refuseOthers(json: JsonObject, known: readonly string[], place: string): void {
    for (const key of Object.keys(json)) {
      if (known.includes(key)) continue;
      const fix = `Next to ${known[0]} there may be ${known.slice(1).join(" and ") || "nothing else"}.`;
      this.#refuse(placeBelow(place, key), "does not belong here", known.join(", "), quoteShort(key), fix);
    }
  }

  #hasRoom(place: string, depth: number): boolean {
    this.#nodes += 1;
    if (depth > MAX_MAPPING_DEPTH) {
      this.#refuse(place, "is nested too deep", `at most ${MAX_MAPPING_DEPTH} levels`, `level ${depth}`);
      return false;
    }
    if (this.#nodes === MAX_MAPPING_NODES + 1) this.#refuseSize(place, this.#nodes);
    return this.#nodes <= MAX_MAPPING_NODES;
  }

  #fits(count: number, place: string): boolean {
    if (count <= MAX_MAPPING_NODES) return true;
    this.#refuseSize(place, count);
    return false;
  }

  #refuseSize(place: string, count: number): void {
    this.#refuse(place, "is too large", `at most ${MAX_MAPPING_NODES} values`, `${count} of them`);
  }

  #refuse(path: string, message: string, expected: string, received: string, fix?: string): void {
    this.problems.add({ path, message, expected, received, fix });
  }
}
