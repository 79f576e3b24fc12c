/**
 * What the API describes and this version cannot do yet. Refused by name, because a rule that is saved and
 * not obeyed is worse than one that is refused. Whoever builds a part takes its line out.
 */
import { z } from "zod";

function notYet(name: string) {
  return z
    .unknown()
    .optional()
    .meta({ description: "Not in this version yet: leave it out.", override: { not: {} } })
    .superRefine((value, context) => {
      if (value === undefined) return;
      context.addIssue({
        code: "custom",
        message: `\`${name}\` is not in this version of Stellwerk yet`,
        params: {
          expected: "the field left out",
          received: "a value",
          fix: `Leave \`${name}\` out for now.`,
        },
        input: value,
      });
    });
}

/** Fields of a subscription that come later. */
export const laterSubscriptionFields = {
  settle: notYet("settle"),
};
