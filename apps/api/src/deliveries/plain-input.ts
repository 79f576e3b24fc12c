/** An input that somebody edited for one delivery: as the action gets it, with nothing left to be taken from the event. */
import { z } from "zod";

const MAPPINGS = ["$path", "$text", "$map"];

export const plainInput = z.looseObject({}).superRefine((input, context) => {
  for (const [name, value] of Object.entries(input)) {
    const mapping =
      typeof value === "object" && value !== null && MAPPINGS.find((each) => Object.hasOwn(value, each));
    if (mapping === undefined || mapping === false) continue;
    context.addIssue({
      code: "custom",
      path: [name],
      message: `\`${mapping}\` is not filled in for a single delivery`,
      params: { expected: "a plain value", received: "a mapping", fix: "Give the value itself." },
      input: value,
    });
  }
});
