/**
 * From JSON to a condition. Every mistake is reported with its place; what is too large or too deep is refused
 * before anything walks down it.
 */
import { MAX_CONDITION_DEPTH, MAX_CONDITION_NODES, MAX_LIST_ENTRIES } from "../limits.ts";
import { nearest } from "../nearest.ts";
import { parsePath } from "../path/path.ts";
import type { Path } from "../path/path.ts";
import { describeReceived, placeBelow, ProblemList, quoteShort } from "../problem.ts";
import type { Checked } from "../problem.ts";
import { GROUP_NAMES, isOperatorName, OPERATOR_NAMES } from "./condition.ts";
import type { Condition, ConditionTest, Operand, OperatorName } from "./condition.ts";
import { OPERATORS } from "./operators.ts";
import { isCurrentStatusPath } from "./status-key.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** A comparison and where in the JSON it stands: `when.$or.0.website.status.$in`. */
export interface PlacedTest {
  readonly test: ConditionTest;
  readonly place: string;
}

export interface ReadCondition {
  readonly condition: Condition;
  readonly tests: readonly PlacedTest[];
}

/**
 * @example
 * parseCondition({ "website.status": { $in: ["Creation", "Done"] } })
 */
export function parseCondition(json: unknown, place = "when"): Checked<Condition> {
  const read = readCondition(json, place);
  return read.ok ? { ok: true, value: read.value.condition } : read;
}

/** The same with every comparison's place, for whoever has more to say about them. */
export function readCondition(json: unknown, place: string): Checked<ReadCondition> {
  const parser = new ConditionParser();
  const condition = parser.parseObject(json, place, 1);
  if (condition === undefined || !parser.problems.isEmpty) {
    return { ok: false, problems: parser.problems.toArray() };
  }
  return { ok: true, value: { condition, tests: parser.tests } };
}

class ConditionParser {
  readonly problems = new ProblemList();
  readonly tests: PlacedTest[] = [];
  /** Comparisons and groups. */
  #nodes = 0;
  /** An object without one of those is a mistake, and many mistakes must not take long either. */
  #objects = 0;
  #isTooLarge = false;

  parseObject(json: unknown, place: string, depth: number): Condition | undefined {
    this.#objects += 1;
    if (!this.#hasRoom(place, depth)) return undefined;
    if (!isObject(json)) {
      this.#refuse(
        place,
        "is not a condition",
        "an object of paths and operators",
        describeReceived(json),
        EXAMPLE,
      );
      return undefined;
    }
    const entries = ownEntries(json);
    if (entries === undefined) return this.#tooMany(place, Object.keys(json).length);
    // At the root it means "always"; further down it is a piece that was forgotten.
    if (entries.length === 0 && depth > 1) {
      this.#refuse(
        place,
        "is empty",
        "at least one comparison",
        describeReceived(json),
        "Leave it out, or write the comparison.",
      );
      return undefined;
    }
    return together(entries.map(([key, value]) => this.#parseEntry(key, value, place, depth)));
  }

  #parseEntry(key: string, value: unknown, parent: string, depth: number): Condition | undefined {
    const place = placeBelow(parent, key);
    if (key === "$and" || key === "$or") {
      return this.#parseList(value, key === "$and" ? "all" : "any", place, depth);
    }
    if (key === "$not") {
      this.#nodes += 1;
      const part = this.parseObject(value, place, depth + 1);
      return part === undefined ? undefined : { kind: "not", part };
    }
    if (key.startsWith("$")) return this.#refuseGroup(key, place);
    const path = parsePath(key);
    if (path.ok) return this.#parseComparison(path.path, value, place, depth);
    this.problems.add({
      path: place,
      message: path.message,
      expected: "a path such as website.status",
      received: quoteShort(key),
      fix: path.fix,
    });
    return undefined;
  }

  #parseList(json: unknown, kind: "all" | "any", place: string, depth: number): Condition | undefined {
    this.#nodes += 1;
    if (!this.#hasRoom(place, depth)) return undefined;
    if (!Array.isArray(json) || json.length === 0) {
      this.#refuse(place, "needs conditions", "a list of at least one condition", describeReceived(json));
      return undefined;
    }
    if (json.length > MAX_CONDITION_NODES) return this.#tooMany(place, json.length);
    const parts = json.map((part, index) => this.parseObject(part, placeBelow(place, index), depth + 1));
    return parts.every((part) => part !== undefined) ? { kind, parts } : undefined;
  }

  /** What stands behind a path: a value, or operators. */
  #parseComparison(path: Path, json: unknown, place: string, depth: number): Condition | undefined {
    if (!this.#hasRoom(place, depth)) return undefined;
    if (!isObject(json)) {
      if (!Array.isArray(json)) return this.#parseTest(path, "$eq", json, place);
      this.#refuse(
        place,
        "is a list",
        "a value or operators",
        describeReceived(json),
        'Write `{ "$in": […] }`.',
      );
      return undefined;
    }
    const entries = ownEntries(json);
    if (entries === undefined) return this.#tooMany(place, Object.keys(json).length);
    if (entries.length === 0) {
      this.#refuse(
        place,
        "has no operator",
        "an operator",
        describeReceived(json),
        'Write `{ "$exists": true }`, for example.',
      );
      return undefined;
    }
    return together(
      entries.map(([name, operand]) => {
        const below = placeBelow(place, name);
        if (name === "$not") {
          this.#nodes += 1;
          const part = this.#parseNegated(path, operand, below, depth + 1);
          return part === undefined ? undefined : { kind: "not", part };
        }
        if (isOperatorName(name)) return this.#parseTest(path, name, operand, below);
        return this.#refuseOperator(name, below);
      }),
    );
  }

  #parseNegated(path: Path, json: unknown, place: string, depth: number): Condition | undefined {
    if (isObject(json)) return this.#parseComparison(path, json, place, depth);
    this.#refuse(
      place,
      "negates operators",
      "an object of operators",
      describeReceived(json),
      'Write `{ "$ne": … }`.',
    );
    return undefined;
  }

  #parseTest(path: Path, name: OperatorName, json: unknown, place: string): ConditionTest | undefined {
    this.#nodes += 1;
    if (!this.#hasRoom(place, 1)) return undefined;
    const { schema, expected, example } = OPERATORS[name].operand;
    const fix = `For example \`{ "${name}": ${example} }\`.`;
    // zod looks at every entry before it counts them.
    if (Array.isArray(json) && json.length > MAX_LIST_ENTRIES) {
      this.#refuse(
        place,
        "is too long a list",
        expected,
        describeReceived(json),
        "Split the rule, or turn the question round.",
      );
      return undefined;
    }
    if (name.startsWith("$changed") && !isCurrentStatusPath(path)) {
      this.#refuse(
        place,
        "asks for a change of a field whose value before is unknown",
        "website.status",
        path.join("."),
        "Only website.status has a value before: an event carries it as previousStatus.",
      );
      return undefined;
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) {
      const test: ConditionTest = { kind: "test", path, operator: name, operand: parsed.data as Operand };
      this.tests.push({ test, place });
      return test;
    }
    const entry = firstBadEntry(json, parsed.error.issues);
    this.problems.add({
      path: entry === undefined ? place : placeBelow(place, entry),
      message: `${name} takes ${expected}`,
      expected,
      received: describeReceived(entry === undefined ? json : (json as readonly unknown[])[entry]),
      fix,
    });
    return undefined;
  }

  #refuseOperator(name: string, place: string): undefined {
    const known = [...OPERATOR_NAMES, "$not"];
    const meant = nearest(name, known);
    this.problems.add({
      path: place,
      message: name.startsWith("$") ? "is an unknown operator" : "stands where an operator is expected",
      expected: `one of ${known.join(", ")}`,
      received: quoteShort(name),
      fix:
        meant === undefined
          ? "Fields inside a field are written as a path: website.status."
          : didYouMean(meant),
    });
  }

  #refuseGroup(name: string, place: string): undefined {
    const isOperator = isOperatorName(name);
    const meant = nearest(name, GROUP_NAMES);
    const misplaced = `Put it behind a path: \`{ "website.status": { "${name}": … } }\`.`;
    this.problems.add({
      path: place,
      message: isOperator ? "stands without a path" : "is an unknown operator",
      expected: `a path, or one of ${GROUP_NAMES.join(", ")}`,
      received: quoteShort(name),
      fix: isOperator ? misplaced : meant === undefined ? undefined : didYouMean(meant),
    });
  }

  #hasRoom(place: string, depth: number): boolean {
    if (depth > MAX_CONDITION_DEPTH) {
      const expected = `at most ${MAX_CONDITION_DEPTH} levels`;
      this.#refuse(place, "is nested too deep", expected, `level ${depth}`, "Say it with fewer levels.");
      return false;
    }
    if (this.#nodes <= MAX_CONDITION_NODES && this.#objects <= MAX_CONDITION_NODES + 1) return true;
    if (!this.#isTooLarge) this.#tooMany(place, Math.max(this.#nodes, this.#objects));
    this.#isTooLarge = true;
    return false;
  }

  #tooMany(place: string, count: number): undefined {
    const expected = `at most ${MAX_CONDITION_NODES} comparisons and groups`;
    this.#refuse(place, "is too large", expected, `${count} of them`, "Use $in, or split the rule.");
  }

  #refuse(path: string, message: string, expected: string, received: string, fix?: string): void {
    this.problems.add({ path, message, expected, received, fix });
  }
}

const EXAMPLE = 'For example `{ "website.status": { "$in": ["Creation", "Done"] } }`.';

function isObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function ownEntries(json: JsonObject): readonly (readonly [string, unknown])[] | undefined {
  const entries = Object.entries(json);
  return entries.length > MAX_CONDITION_NODES ? undefined : entries;
}

/** Several keys of one object are meant together. */
function together(parts: readonly (Condition | undefined)[]): Condition | undefined {
  const [only] = parts;
  if (parts.length === 1) return only;
  return parts.every((part) => part !== undefined) ? { kind: "all", parts } : undefined;
}

/** The entry of a list that is not as it should be, rather than the list. */
function firstBadEntry(
  json: unknown,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): number | undefined {
  const [step] = issues[0]?.path ?? [];
  return Array.isArray(json) && typeof step === "number" && step in json ? step : undefined;
}

function didYouMean(name: string): string {
  return `Did you mean \`${name}\`?`;
}
