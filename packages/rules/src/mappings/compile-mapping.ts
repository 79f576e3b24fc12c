/**
 * From an action's input as a rule writes it to the input itself, for each event. Parsed once; what the event
 * lacks is a problem that names the field, unless there is a default or the action can do without.
 */
import type { RuleContext } from "../context.ts";
import { isStatusPath, statusKey } from "../conditions/status-key.ts";
import { MAX_VALUE_DEPTH } from "../limits.ts";
import { printPath } from "../path/path.ts";
import type { Path, PlacedPath } from "../path/path.ts";
import { compilePath } from "../path/read-path.ts";
import { describeReceived, ProblemList } from "../problem.ts";
import type { Checked } from "../problem.ts";
import { compileTemplate, missingValue, tooMuch } from "../templates/render-template.ts";
import type { Rendered } from "../templates/render-template.ts";
import { pathsOfTemplate } from "../templates/template.ts";
import { newAllowance, take } from "./allowance.ts";
import type { Allowance } from "./allowance.ts";
import { compileEscape, escapeFor, fieldBelow } from "./field-escape.ts";
import type { MappedFields } from "./mapped-fields.ts";
import type { MappedLookup, MappedPath, MappedValue } from "./mapping.ts";
import { parseMapping } from "./parse-mapping.ts";

export interface CompiledMapping {
  /** Never throws. The value may share parts with the event and the rule: it is not to be changed. */
  readonly evaluate: (context: RuleContext) => Checked<unknown>;
  readonly paths: readonly PlacedPath[];
}

/**
 * @example
 * const mapping = compileMapping({ text: { $text: "{{ website.title }} is live" } }, fields);
 * if (mapping.ok) mapping.value.evaluate({ data, event, source });
 */
export function compileMapping(
  json: unknown,
  fields: MappedFields,
  place = "input",
): Checked<CompiledMapping> {
  const parsed = parseMapping(json, place);
  if (!parsed.ok) return parsed;
  const compiler = new MappingCompiler(fields, place);
  const evaluate = compiler.compile(parsed.value, "");
  return {
    ok: true,
    value: {
      evaluate: (context) => {
        const problems = new ProblemList();
        const value = evaluate(context, { problems, allowance: newAllowance() });
        return problems.isEmpty ? { ok: true, value } : { ok: false, problems: problems.toArray() };
      },
      paths: compiler.paths,
    },
  };
}

interface Run {
  /** What stands in the way. */
  readonly problems: ProblemList;
  readonly allowance: Allowance;
}

/** `undefined` is a field that is left out. */
type Evaluate = (context: RuleContext, run: Run) => unknown;

type EvaluateField = (context: RuleContext, allowance: Allowance) => Rendered;

class MappingCompiler {
  readonly paths: PlacedPath[] = [];
  readonly #fields: MappedFields;
  readonly #root: string;

  constructor(fields: MappedFields, root: string) {
    this.#fields = fields;
    this.#root = root;
  }

  compile(mapped: MappedValue, field: string): Evaluate {
    switch (mapped.kind) {
      case "plain":
        return () => mapped.value;
      case "object":
        return this.#compileObject(mapped.fields, field);
      case "list": {
        const entries = mapped.entries.map((entry, index) =>
          this.compile(entry, fieldBelow(field, String(index))),
        );
        return (context, run) =>
          entries.map((entry) => entry(context, run)).filter((entry) => entry !== undefined);
      }
      case "path":
        this.#note(field, [mapped.path]);
        return this.#orLeftOut(field, this.#compilePath(mapped, field));
      case "text": {
        this.#note(field, pathsOfTemplate(mapped.template));
        const template = compileTemplate(
          mapped.template,
          this.#placeOf(field),
          escapeFor(this.#fields, field),
        );
        return this.#orLeftOut(field, template);
      }
      case "map":
        this.#note(field, [mapped.path]);
        return this.#orLeftOut(field, this.#compileLookup(mapped, field));
    }
  }

  #compileObject(fields: readonly (readonly [string, MappedValue])[], field: string): Evaluate {
    const compiled = fields.map(
      ([name, value]) => [name, this.compile(value, fieldBelow(field, name))] as const,
    );
    // Not by assignment: that would set a prototype for a field called __proto__.
    return (context, run) =>
      Object.fromEntries(
        compiled.flatMap(([name, evaluate]) => {
          const value = evaluate(context, run);
          return value === undefined ? [] : [[name, value]];
        }),
      );
  }

  #compilePath({ path, fallback }: MappedPath, field: string): EvaluateField {
    const read = compilePath(path);
    const escape = compileEscape(this.#fields, field);
    const place = this.#placeOf(field);
    const name = printPath(path);
    const acceptsNull = this.#fields.acceptsNull?.(field) === true;
    return (context, allowance) => {
      const value = read(context);
      if (value === undefined || (value === null && !acceptsNull)) {
        if (fallback !== undefined) return { kind: "value", value: fallback.value };
        return missingValue(place, name, value, 'Give a "default" next to $path.');
      }
      if (!take(allowance, value)) return tooMuch(place);
      const escaped = escape(value);
      if (escaped !== undefined) return { kind: "value", value: escaped };
      const expected = `at most ${MAX_VALUE_DEPTH} levels`;
      const problem = { path: place, message: `${name} is nested too deep`, expected, received: "more" };
      return { kind: "wrong", problem };
    };
  }

  #compileLookup(
    { path, values, fallback }: MappedLookup,
    field: string,
  ): (context: RuleContext) => Rendered {
    const read = compilePath(path);
    const place = this.#placeOf(field);
    const name = printPath(path);
    const keyOf = isStatusPath(path) ? statusKey : (text: string) => text;
    const table = new Map(values.map(([key, value]) => [keyOf(key), value]));
    return (context) => {
      const value = read(context);
      const key = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
      if (typeof key === "string" && table.has(keyOf(key)))
        return { kind: "value", value: table.get(keyOf(key)) };
      if (fallback !== undefined) return { kind: "value", value: fallback.value };
      const fix = 'Add it to "values", or give a "default".';
      if (value === undefined || value === null) return missingValue(place, name, value, fix);
      const expected = values.slice(0, 10).map(([each]) => JSON.stringify(each));
      const problem = {
        path: place,
        message: `${name} is nothing that "values" has`,
        expected: `one of ${expected.join(", ")}${values.length > 10 ? ", …" : ""}`,
        received: describeReceived(value),
        fix,
      };
      return { kind: "wrong", problem };
    };
  }

  /** What the action can do without is left out; the rest is a problem. */
  #orLeftOut(field: string, evaluate: EvaluateField): Evaluate {
    const isOptional = this.#fields.isOptional(field);
    return (context, { problems, allowance }) => {
      const result = evaluate(context, allowance);
      if (result.kind === "value") return result.value;
      if (result.kind === "wrong" || !isOptional) problems.add(result.problem);
      return undefined;
    };
  }

  #placeOf(field: string): string {
    return field === "" ? this.#root : `${this.#root}.${field}`;
  }

  #note(field: string, paths: readonly Path[]): void {
    for (const path of paths) this.paths.push({ path, place: this.#placeOf(field) });
  }
}
