/**
 * The input of an action as a rule writes it, plain values and mappings, made ready once and filled in for each event.
 * The same where it is saved, previewed and sent.
 */
import { type Action, inputFields, parseInput, type Parsed } from "@stellwerk/connector-kit";
import { compileMapping, type PlacedPath, type RuleContext } from "@stellwerk/rules";

export interface ActionInput {
  /** Nothing in it is taken from the event. */
  readonly isFixed: boolean;
  /** Every field of an event that it takes something from. */
  readonly paths: readonly PlacedPath[];
  /** What the action is given for this event, or what the event lacks for it. Never throws. */
  readonly fill: (context: () => RuleContext) => Parsed<unknown>;
}

/** For what does not look at the event. */
const NO_EVENT: RuleContext = { data: undefined, event: { id: "", type: "", time: "" } };

/**
 * @example
 * const input = compileInput(action, { text: { $text: "{{ website.title }} is live" } });
 * if (input.ok) input.value.fill(() => context);
 */
export function compileInput(action: Action, json: unknown): Parsed<ActionInput> {
  const mapping = compileMapping(json, inputFields(action));
  if (!mapping.ok) return mapping;
  const { evaluate, paths } = mapping.value;
  const fill = (context: RuleContext): Parsed<unknown> => {
    const filled = evaluate(context);
    return filled.ok ? parseInput(action, filled.value) : filled;
  };
  if (paths.length > 0) {
    return { ok: true, value: { isFixed: false, paths, fill: (context) => fill(context()) } };
  }
  const fixed = fill(NO_EVENT);
  return fixed.ok ? { ok: true, value: { isFixed: true, paths, fill: () => fixed } } : fixed;
}
