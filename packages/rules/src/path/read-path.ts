/**
 * Reading a field. Own fields of plain objects and entries of lists only: no name in a rule, whoever chose it,
 * reaches a prototype, a list's `length` or a text's characters.
 */
import { isContextRoot } from "../context.ts";
import type { RuleContext } from "../context.ts";
import type { Path } from "./path.ts";

export type ReadPath = (context: RuleContext) => unknown;

const hasOwn = Object.hasOwn;

/** `undefined` is "not there". Split by length because a rule reads one to three steps, for every event. */
export function compilePath(path: Path): ReadPath {
  const [first, second, third, ...more] = path;
  const root = compileRoot(first);
  if (second === undefined) return root;
  if (third === undefined) return (context) => readField(root(context), second);
  if (more.length === 0) return (context) => readField(readField(root(context), second), third);
  const rest = path.slice(1);
  return (context) => {
    let value = root(context);
    for (const step of rest) value = readField(value, step);
    return value;
  };
}

function compileRoot(name: string): ReadPath {
  if (isContextRoot(name)) return (context) => context[name];
  return ({ data }) => readField(data, name);
}

export function readField(value: unknown, step: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return isIndex(step) ? (value as unknown[])[Number(step)] : undefined;
  return hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}

function isIndex(step: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(step);
}
