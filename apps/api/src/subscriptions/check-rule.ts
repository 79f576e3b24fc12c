/** What is wrong with a rule as a whole, and what is doubtful: its condition, its action, its input, its connection. */
import { type Action, findAction, inputFields } from "@stellwerk/connector-kit";
import { compileInput } from "@stellwerk/delivery";
import { eventTypeOf, eventTypes, readEventData } from "@stellwerk/events";
import { checkCondition, checkMapping, type KnownShapes } from "@stellwerk/rules";
import { eventTypeWasSeen, type Queryable, recentEventsOfTypes } from "@stellwerk/store";
import type { FieldProblem } from "../errors.ts";
import { nearest } from "../http/nearest.ts";
import type { Services } from "../services.ts";
import { sampleContext } from "./sample-context.ts";

/** Every event, whatever its type. */
export const EVERY_TYPE = "*";

export interface Rule {
  readonly eventTypes: readonly string[];
  readonly when: unknown;
  readonly action: string;
  readonly input: unknown;
}

export interface RuleCheck {
  readonly errors: readonly FieldProblem[];
  /** What can be saved and may be a slip of the pen. */
  readonly warnings: readonly FieldProblem[];
}

/** What the account's own events look like, for types whose shape is only assumed. */
export async function knownShapes(
  db: Queryable,
  accountId: string,
  types: readonly string[],
): Promise<KnownShapes> {
  const assumed = types.filter((type) => type !== EVERY_TYPE && eventTypeOf(type)?.documented !== true);
  const events = assumed.length === 0 ? [] : await recentEventsOfTypes(db, accountId, assumed);
  const seen = Map.groupBy(events, ({ type }) => type);
  return {
    eventTypes: types,
    seen: Object.fromEntries([...seen].map(([type, each]) => [type, each.map(readEventData)])),
  };
}

/** `connector`: of the connection; undefined when there is none. */
export function checkRule(
  rule: Rule,
  connector: string | undefined,
  connectors: Services["connectors"],
  known: KnownShapes = rule,
): RuleCheck {
  const errors: FieldProblem[] = [];
  const warnings: FieldProblem[] = [];
  if (rule.when !== null && rule.when !== undefined) {
    const condition = checkCondition(rule.when, known);
    if (!condition.ok) errors.push(...condition.problems);
    warnings.push(...condition.warnings);
  }
  const found = findAction(connectors, rule.action);
  if (found === undefined) return { errors: [...errors, unknownAction(rule.action, connectors)], warnings };
  if (connector !== undefined && connector !== found.connector.id) {
    errors.push({
      path: "action",
      message: `needs a connection of the connector ${found.connector.id}`,
      expected: `a connection of ${found.connector.id}`,
      received: `a connection of ${connector.slice(0, 80)}`,
    });
  }
  const input = checkInput(found.action, rule, known);
  return { errors: [...errors, ...input.errors], warnings: [...warnings, ...input.warnings] };
}

function unknownAction(action: string, connectors: Services["connectors"]): FieldProblem {
  const known = connectors.flatMap((each) => Object.keys(each.actions).map((name) => `${each.id}.${name}`));
  return {
    path: "action",
    message: "is not an action of this installation",
    expected: `one of ${known.join(", ")}`,
    received: action.slice(0, 80),
    fix: `Did you mean ${nearest(action, known, 2).join(" or ")}?`,
  };
}

function checkInput(action: Action, rule: Rule, known: KnownShapes): RuleCheck {
  const mapping = checkMapping(rule.input, { ...inputFields(action), ...known });
  if (!mapping.ok) return { errors: mapping.problems, warnings: mapping.warnings };
  const compiled = compileInput(action, rule.input);
  if (!compiled.ok) return { errors: compiled.problems, warnings: mapping.warnings };
  const tried = compiled.value.isFixed ? NOTHING : tryOnSamples(compiled.value, rule.eventTypes);
  return { errors: tried.errors, warnings: [...mapping.warnings, ...tried.warnings] };
}

const NOTHING: RuleCheck = { errors: [], warnings: [] };

type Compiled = Extract<ReturnType<typeof compileInput>, { ok: true }>["value"];

/**
 * What the action thinks of the input filled from samples. What is written out is wrong for every event; what is taken
 * from the event may fit other events, so it is a warning.
 */
function tryOnSamples({ fill, paths }: Compiled, types: readonly string[]): RuleCheck {
  const isTaken = (path: string): boolean =>
    paths.some(({ place }) => path === place || path.startsWith(`${place}.`));
  const chosen = types.map(eventTypeOf).filter((type) => type !== undefined);
  const errors = new Map<string, FieldProblem>();
  const warnings = new Map<string, FieldProblem>();
  const now = new Date();
  for (const { name, samples } of chosen.length === 0 ? eventTypes : chosen) {
    for (const sample of samples) {
      const filled = fill(() => sampleContext(name, sample, now));
      if (filled.ok) continue;
      for (const problem of filled.problems) {
        if (!isTaken(problem.path)) errors.set(problem.path, problem);
        // A sample of a type that nobody has chosen says nothing.
        else if (chosen.length > 0 && !warnings.has(problem.path)) {
          const message = `${problem.message} (with the sample “${sample.name}” of ${name})`;
          warnings.set(problem.path, { ...problem, message });
        }
      }
    }
  }
  return { errors: [...errors.values()], warnings: [...warnings.values()] };
}

/** A type that neither the catalogue nor the account's events know is saved, but may be a slip of the pen. */
export async function unseenTypes(
  db: Queryable,
  accountId: string,
  types: readonly string[],
): Promise<FieldProblem[]> {
  const warnings: FieldProblem[] = [];
  for (const [index, type] of types.entries()) {
    if (type === EVERY_TYPE || eventTypeOf(type) !== undefined) continue;
    if (await eventTypeWasSeen(db, accountId, type)) continue;
    const message = `no event of the type ${type} was seen yet; the subscription waits for the first one`;
    warnings.push({ path: `eventTypes.${index}`, message });
  }
  return warnings;
}
