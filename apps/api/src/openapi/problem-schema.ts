/** The problem as a schema. */
import { z } from "zod";
import { PROBLEMS } from "./problems.ts";

const fieldProblem = z
  .strictObject({
    path: z
      .string()
      .describe("Dotted place in the body, or the name of a parameter or header; empty for the whole."),
    message: z.string(),
    expected: z.string().optional(),
    received: z.string().optional().describe("What came; never a secret."),
    fix: z.string().optional().describe("What to do about it."),
    position: z
      .strictObject({ offset: z.int(), line: z.int(), column: z.int() })
      .optional()
      .describe("Where in the body, when it could not be read."),
  })
  .meta({ id: "FieldProblem", description: "One thing that is wrong with a request." });

/** `application/problem+json`, RFC 9457. */
export const problem = z
  .strictObject({
    type: z
      .enum(Object.keys(PROBLEMS).map((code) => `urn:stellwerk:problem:${code}`))
      .describe("Stable: what kind of problem it is."),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("This one, in a sentence."),
    requestId: z.string().describe("Stands in the log as well, and in the header `X-Request-Id`."),
    errors: z.array(fieldProblem).describe("Everything that is wrong with the request, not only the first."),
  })
  .meta({ id: "Problem", description: "Why a request was not done (RFC 9457)." });
