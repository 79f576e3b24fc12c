/** A mapping held to the events it is for, when it is saved. */
import { compileMapping } from "../mappings/compile-mapping.ts";
import type { CompiledMapping } from "../mappings/compile-mapping.ts";
import type { MappedFields } from "../mappings/mapped-fields.ts";
import { ProblemList } from "../problem.ts";
import type { CheckedRule } from "./checked-rule.ts";
import { FieldChecker } from "./known-shapes.ts";
import type { KnownShapes } from "./known-shapes.ts";

/**
 * @example
 * checkMapping(input, { ...inputFields(action), eventTypes: ["website_status_changed"] })
 */
export function checkMapping(
  json: unknown,
  known: KnownShapes & MappedFields,
  place = "input",
): CheckedRule<CompiledMapping> {
  const compiled = compileMapping(json, known, place);
  if (!compiled.ok) return { ...compiled, warnings: [] };
  const fields = new FieldChecker(known);
  const problems = new ProblemList();
  const warnings = new ProblemList();
  for (const { path, place: at } of compiled.value.paths) {
    const verdict = fields.check(path, at);
    if (verdict.kind === "refused") problems.add(verdict.problem);
    if (verdict.kind === "doubtful") warnings.add(verdict.problem);
  }
  if (!problems.isEmpty) return { ok: false, problems: problems.toArray(), warnings: warnings.toArray() };
  return { ok: true, value: compiled.value, warnings: warnings.toArray() };
}
