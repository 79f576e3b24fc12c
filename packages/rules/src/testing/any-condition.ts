/** Arbitrary valid conditions and arbitrary JSON, hostile names included. For property tests. */
import fc from "fast-check";
import { OPERATOR_NAMES } from "../conditions/condition.ts";
import type { Condition, ConditionTest, OperatorName } from "../conditions/condition.ts";
import { OPERATORS } from "../conditions/operators.ts";
import { OPERANDS } from "../conditions/operands.ts";
import type { Path } from "../path/path.ts";

const HOSTILE = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
  "$and",
  "$eq",
  "",
  "a.b",
  "0",
];

const name = fc.oneof(
  fc.constantFrom(
    "website",
    "status",
    "title",
    "previousStatus",
    "event",
    "source",
    "fields",
    "tags",
    ...HOSTILE,
  ),
  fc.string({ maxLength: 8 }),
);

export const anyPath: fc.Arbitrary<Path> = fc
  .tuple(name, fc.array(name, { maxLength: 3 }))
  .map(([first, rest]): Path => [first, ...rest]);

const text = fc.oneof(fc.constantFrom("Done", "fertig", "Creation", "Feedback", "Diner", "ß"), fc.string());
const textToFind = text.map((value) => (value === "" ? "x" : value));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const time = fc.constantFrom("now", "2026-11-30", "2026-11-23T18:00:00+01:00", "2026-11-23T17:00:00Z");
const duration = fc.constantFrom("7d", "1h", "30m");

const operands: Record<keyof typeof OPERANDS, fc.Arbitrary<unknown>> = {
  scalar,
  text,
  textToFind,
  entryToFind: fc.oneof(textToFind, number, fc.boolean()),
  scalars: fc.array(scalar, { minLength: 1, maxLength: 5 }),
  texts: fc.array(text, { minLength: 1, maxLength: 5 }),
  textOrTexts: fc.oneof(textToFind, fc.array(textToFind, { minLength: 1, maxLength: 3 })),
  number,
  range: fc.tuple(number, number).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]),
  yesOrNo: fc.boolean(),
  time,
  span: fc.oneof(duration, fc.record({ last: duration }), fc.record({ last: duration, next: duration })),
};

function operandOf(operator: OperatorName): fc.Arbitrary<unknown> {
  const kind = Object.entries(OPERANDS).find(([, each]) => each === OPERATORS[operator].operand);
  return operands[kind?.[0] as keyof typeof OPERANDS];
}

const anyTest: fc.Arbitrary<ConditionTest> = fc.constantFrom(...OPERATOR_NAMES).chain((operator) =>
  fc.record({
    kind: fc.constant("test" as const),
    path: operator.startsWith("$changed") ? fc.constant<Path>(["website", "status"]) : anyPath,
    operator: fc.constant(operator),
    operand: operandOf(operator) as fc.Arbitrary<ConditionTest["operand"]>,
  }),
);

export const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    anyTest,
    fc.record({
      kind: fc.constantFrom("all" as const, "any" as const),
      parts: fc.array(tie("condition"), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant("not" as const), part: tie("condition") }),
  ),
})).condition;

/** Whatever somebody may send, from nearly right to not JSON at all. */
export const anyInput: fc.Arbitrary<unknown> = fc.oneof(
  fc.object({
    key: fc.oneof(fc.constantFrom(...OPERATOR_NAMES, "$and", "$or", "$not", "$path", "$text", "$map"), name),
    maxDepth: 5,
  }),
  fc.jsonValue(),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
);

/** An event's data: sometimes with the fields that rules ask for. */
export const anyData: fc.Arbitrary<unknown> = fc.oneof(
  fc.record(
    {
      website: fc.record(
        {
          status: fc.oneof(text, anyInput),
          title: text,
          tags: fc.array(scalar),
          due_date: fc.oneof(time, text),
        },
        { requiredKeys: [] },
      ),
      previousStatus: text,
    },
    { requiredKeys: [] },
  ),
  anyInput,
);
