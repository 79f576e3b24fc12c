/** Types that only we may use: an event of a producer that claims one would trigger alerts that are not true. */
import { isOperationsType, OPERATIONS_PREFIX } from "@stellwerk/events";
import type { FieldProblem } from "../errors.ts";

export function reservedTypeProblem(type: string, path: string): FieldProblem | undefined {
  if (!isOperationsType(type)) return undefined;
  return {
    path,
    message: `begins with ${OPERATIONS_PREFIX}, which is reserved for events about Stellwerk's own work`,
    expected: `a type that does not begin with ${OPERATIONS_PREFIX}`,
    received: type.slice(0, 80),
    fix: "Give the type another name.",
  };
}
