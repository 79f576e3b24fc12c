/** One problem of every code, made as the api makes them. */
import { problemBody, toProblem } from "../error-response.ts";
import {
  conflict,
  forbidden,
  idempotencyConflict,
  invalidRequest,
  malformedBody,
  methodNotAllowed,
  notFound,
  type ProblemCode,
  type ProblemDetails,
  type ProblemError,
  rateLimited,
  tooLarge,
  unauthenticated,
  unavailable,
  unsupportedMediaType,
  versionMismatch,
} from "../errors.ts";
import { brokenRequest } from "../http/broken-request.ts";
import { MAX_BODY_BYTES } from "../http/read-body.ts";

const EXAMPLES: Readonly<Record<ProblemCode, ProblemError | ProblemDetails>> = {
  "invalid-request": invalidRequest([
    {
      path: "name",
      message: "is required",
      expected: "string",
      received: "nothing",
    },
  ]),
  "malformed-body": malformedBody([
    {
      path: "",
      message: 'line 1, column 9: expected a value, received "}"',
      expected: "a value",
      received: '"}"',
    },
  ]),
  "broken-request": brokenRequest(undefined),
  unauthenticated: unauthenticated("The request has no API key"),
  forbidden: forbidden("This needs a key with the scope manage", {
    path: "authorization",
    message: "the key lacks a scope",
    expected: "manage",
    received: "read",
    fix: "Make a key with the scope manage.",
  }),
  "not-found": notFound("There is nothing with this id"),
  "method-not-allowed": methodNotAllowed("PUT", ["GET", "HEAD", "POST"]),
  conflict: conflict("The state of things does not allow this"),
  "idempotency-conflict": idempotencyConflict("idempotency-key"),
  "version-mismatch": versionMismatch(4, '"3"'),
  "too-large": tooLarge(MAX_BODY_BYTES),
  "unsupported-media-type": unsupportedMediaType("text/plain", ["application/json"]),
  "rate-limited": rateLimited(
    {
      path: "authorization",
      message: "this API key is used too often",
      expected: "at most 5000 requests a second for one API key, each event of a batch counted",
      received: "more than that",
      fix: "Wait 2 s and send the same again. The operator sets the limit with STELLWERK_RATE_PER_KEY.",
    },
    2,
  ),
  internal: toProblem(new Error("an example")),
  unavailable: unavailable("The database does not answer", 2),
};

export function problemExample(code: ProblemCode): Record<string, unknown> {
  const example = EXAMPLES[code];
  return problemBody("problem" in example ? example.problem : example, "req_…");
}
