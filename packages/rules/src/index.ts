export { compileCondition } from "./conditions/compile-condition.ts";
export type { CompiledCondition } from "./conditions/compile-condition.ts";
export { OPERATOR_NAMES } from "./conditions/condition.ts";
export type {
  Condition,
  ConditionJson,
  ConditionTest,
  Operand,
  OperatorName,
} from "./conditions/condition.ts";
export { describeCondition } from "./conditions/describe-condition.ts";
export { whyNot } from "./conditions/explanation.ts";
export type { ExplainedGroup, ExplainedTest, Explanation } from "./conditions/explanation.ts";
export { parseCondition } from "./conditions/parse-condition.ts";
export { printCondition } from "./conditions/print-condition.ts";
export type { BothLanguages, Language } from "./conditions/words.ts";
export type { RuleContext, RuleEvent, RuleSource } from "./context.ts";
export type { Path, PlacedPath } from "./path/path.ts";
export type { Checked, Problem } from "./problem.ts";
export { compileMapping } from "./mappings/compile-mapping.ts";
export type { CompiledMapping } from "./mappings/compile-mapping.ts";
export type { MappedFields } from "./mappings/mapped-fields.ts";
export { ESCAPES } from "./templates/escape.ts";
export type { Escape } from "./templates/escape.ts";
export { FILTER_NAMES } from "./templates/filters/filters.ts";
export { parseTemplate } from "./templates/parse-template.ts";
export { printTemplate } from "./templates/print-template.ts";
export type { Expression, FilterCall, Output, Template } from "./templates/template.ts";
export { checkCondition } from "./check/check-condition.ts";
export { checkMapping } from "./check/check-mapping.ts";
export type { CheckedRule } from "./check/checked-rule.ts";
export type { KnownShapes } from "./check/known-shapes.ts";
