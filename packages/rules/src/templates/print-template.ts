/**
 * A template as text in its one canonical form. `parseTemplate(printTemplate(template))` is `template`; only
 * blanks and kinds of quotes inside `{{ … }}` are written anew, literal text is kept to the letter.
 */
import { printPath } from "../path/path.ts";
import { printQuotedText } from "../path/quoted-text.ts";
import type { Expression, FilterCall, Template } from "./template.ts";

/**
 * @example
 * printTemplate(parsed.value) // "{{ website.title | default: \"your site\" }}"
 */
export function printTemplate(template: Template): string {
  return template.parts
    .map((part) =>
      typeof part === "string"
        ? part
        : `{{ ${[printExpression(part.value), ...part.filters.map(printFilter)].join(" | ")} }}`,
    )
    .join("");
}

function printFilter({ name, args }: FilterCall): string {
  return args.length === 0 ? name : `${name}: ${args.map(printExpression).join(", ")}`;
}

function printExpression(expression: Expression): string {
  if (expression.kind === "path") return printPath(expression.path);
  const { value } = expression;
  if (value === null) return "nil";
  return typeof value === "string" ? printQuotedText(value) : String(value);
}
