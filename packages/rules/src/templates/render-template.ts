/** A template with an event's values put in, each escaped for the field that the text is for. */
import type { RuleContext } from "../context.ts";
import { MAX_MAPPED_CHARACTERS, MAX_TEXT_CHARACTERS } from "../limits.ts";
import { take } from "../mappings/allowance.ts";
import type { Allowance } from "../mappings/allowance.ts";
import { printPath } from "../path/path.ts";
import { compilePath } from "../path/read-path.ts";
import { describeReceived } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { escapeText } from "./escape.ts";
import type { Escape } from "./escape.ts";
import { textOf } from "./filters/filter.ts";
import { FILTERS } from "./filters/filters.ts";
import type { Expression, FilterCall, Output, Template } from "./template.ts";

/** `missing`: the event lacks what the template needs, and nothing says what to put there. */
export type Rendered<Value = unknown> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "missing" | "wrong"; readonly problem: Problem };

type Render<Value> = (context: RuleContext, allowance: Allowance) => Rendered<Value>;

/** `place` is the field of the input, for problems. */
export function compileTemplate(template: Template, place: string, escape: Escape): Render<string> {
  const parts = template.parts.map((part) => (typeof part === "string" ? part : compileOutput(part, place)));
  return (context, allowance) => {
    let text = "";
    for (const part of parts) {
      if (typeof part === "string") {
        text += part;
        continue;
      }
      const rendered = part(context, allowance);
      if (rendered.kind !== "value") return rendered;
      text += escapeText(rendered.value, escape, { atStart: text === "" });
      if (text.length > MAX_TEXT_CHARACTERS) return tooLong(place);
    }
    return { kind: "value", value: text };
  };
}

function compileOutput(output: Output, place: string): Render<string> {
  const value = compileExpression(output.value);
  const filters = output.filters.map((filter) => compileFilter(filter, place));
  const name = nameOf(output.value);
  return (context, allowance) => {
    let current = value(context);
    for (const filter of filters) {
      if (!take(allowance, current)) return tooMuch(place);
      const filtered = filter(current, context);
      if (filtered.kind !== "value") return filtered;
      current = filtered.value;
    }
    if (!take(allowance, current)) return tooMuch(place);
    if (current === undefined || current === null)
      return missingValue(place, name, current, fixWithDefault(name));
    const text = textOf(current);
    if (text !== undefined) return { kind: "value", value: text };
    return {
      kind: "wrong",
      problem: {
        path: place,
        message: `${name} has no text`,
        expected: "a text, a number, true or false, or a list of those",
        received: describeReceived(current),
        fix: `Name a field inside it, or write {{ ${name} | json }}.`,
      },
    };
  };
}

/** What is not there passes every filter but `default`, so that the problem names the field and not the filter. */
function compileFilter(
  { name, args }: FilterCall,
  place: string,
): (value: unknown, context: RuleContext) => Rendered {
  const { apply } = FILTERS[name];
  const given = args.map((each) => ({ name: nameOf(each), read: compileExpression(each) }));
  return (value, context) => {
    if (name !== "default" && (value === undefined || value === null)) return { kind: "value", value };
    const values: unknown[] = [];
    for (const argument of given) {
      const read = argument.read(context);
      if (read === undefined && name !== "default")
        return missingValue(place, argument.name, read, undefined);
      values.push(read);
    }
    const filtered = apply(value, values);
    if (filtered.ok) return { kind: "value", value: filtered.value };
    const { expected, received, fix } = filtered;
    const problem = { path: place, message: `${name} needs ${expected}`, expected, received, fix };
    return { kind: "wrong", problem };
  };
}

function compileExpression(expression: Expression): (context: RuleContext) => unknown {
  if (expression.kind === "path") return compilePath(expression.path);
  const { value } = expression;
  return () => value;
}

function nameOf(expression: Expression): string {
  return expression.kind === "path" ? printPath(expression.path) : JSON.stringify(expression.value);
}

function fixWithDefault(name: string): string {
  return `Give a value for when it is missing: {{ ${name} | default: "…" }}.`;
}

export function missingValue(
  place: string,
  name: string,
  value: unknown,
  fix: string | undefined,
): { readonly kind: "missing"; readonly problem: Problem } {
  const received = describeReceived(value);
  const message = `${name} is missing in this event`;
  return {
    kind: "missing",
    problem: { path: place, message, expected: `a value at ${name}`, received, fix },
  };
}

/** A rule that puts a large field through filter after filter would hold up everybody's deliveries. */
export function tooMuch(place: string): Rendered<never> {
  const expected = `at most ${MAX_MAPPED_CHARACTERS} characters for the whole input, filters included`;
  const fix = "Take a smaller field, or fewer.";
  const problem = { path: place, message: "takes too much from this event", expected, received: "more", fix };
  return { kind: "wrong", problem };
}

function tooLong(place: string): Rendered<never> {
  const expected = `at most ${MAX_TEXT_CHARACTERS} characters`;
  return {
    kind: "wrong",
    problem: {
      path: place,
      message: "becomes too long a text",
      expected,
      received: "more",
      fix: "Use truncate.",
    },
  };
}
