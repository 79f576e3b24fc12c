/**
 * A condition as JSON in its one canonical form: every comparison by itself, every group spelled out.
 * `parseCondition(printCondition(condition))` is `condition`; what a person wrote shorter means the same.
 */
import { printPath } from "../path/path.ts";
import type { Condition, ConditionJson } from "./condition.ts";

/**
 * @example
 * printCondition(parsed.value) // { "website.status": { $in: ["Creation", "Done"] } }
 */
export function printCondition(condition: Condition): ConditionJson {
  switch (condition.kind) {
    case "test":
      return Object.fromEntries([[printPath(condition.path), { [condition.operator]: condition.operand }]]);
    case "not":
      return { $not: printCondition(condition.part) };
    case "any":
      return { $or: condition.parts.map(printCondition) };
    case "all":
      return condition.parts.length === 0 ? {} : { $and: condition.parts.map(printCondition) };
  }
}
