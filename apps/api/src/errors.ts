/**
 * Every answer of the api that is not a success, as `application/problem+json` (RFC 9457).
 * A ProblemError is thrown where the problem is found; error-response.ts alone turns errors into HTTP.
 */

import { hideLongWords } from "./http/hide-long-words.ts";

/** One thing that is wrong with a request; a problem carries all of them, up to a hundred. */
export interface FieldProblem {
  /** Dotted place in the body, or the name of a parameter or header; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string | undefined;
  /** Never the value of a secret. */
  readonly received?: string | undefined;
  readonly fix?: string | undefined;
}

/** Stable: `type` is `urn:stellwerk:problem:<code>`. */
export type ProblemCode =
  | "invalid-request"
  | "malformed-body"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "conflict"
  | "idempotency-conflict"
  | "version-mismatch"
  | "too-large"
  | "unsupported-media-type"
  | "broken-request"
  | "rate-limited"
  | "internal"
  | "unavailable";

export interface ProblemDetails {
  readonly status: number;
  readonly code: ProblemCode;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
}

export class ProblemError extends Error {
  readonly problem: ProblemDetails;
  constructor(problem: ProblemDetails, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = new.target.name;
    this.problem = problem;
  }
}

/** Nobody is there to be answered. */
export class ClientGoneError extends Error {
  readonly code = "api.client_gone";
  constructor() {
    super("the client closed the connection before its request was complete");
    this.name = new.target.name;
  }
}

/** More of them help nobody, and a body of 1 MiB that is wrong everywhere would be answered with many. */
const MOST_PROBLEMS = 100;

export function invalidRequest(errors: readonly FieldProblem[]): ProblemError {
  const [first] = errors;
  const seen = errors.length > MOST_PROBLEMS ? `the first ${MOST_PROBLEMS} in errors` : "see errors";
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, ${seen})` : "";
  const place = first === undefined || first.path === "" ? "" : `${first.path}: `;
  return new ProblemError({
    status: 400,
    code: "invalid-request",
    title: "The request is not valid",
    detail: `${place}${first?.message ?? "see errors"}${more}`,
    errors: errors.slice(0, MOST_PROBLEMS),
  });
}

export function malformedBody(errors: readonly FieldProblem[]): ProblemError {
  return new ProblemError({
    status: 400,
    code: "malformed-body",
    title: "The body could not be read",
    detail: errors[0]?.message ?? "The body could not be read",
    errors,
  });
}

export function unauthenticated(detail: string): ProblemError {
  return new ProblemError({
    status: 401,
    code: "unauthenticated",
    title: "An API key is needed",
    detail,
    errors: [
      {
        path: "authorization",
        message: detail,
        expected: "Bearer <api key>",
        fix: "Send the header `Authorization: Bearer <api key>` with a key that is in force.",
      },
    ],
    headers: { "www-authenticate": 'Bearer realm="stellwerk"' },
  });
}

export function forbidden(detail: string, error: FieldProblem): ProblemError {
  return new ProblemError({
    status: 403,
    code: "forbidden",
    title: "This key may not do that",
    detail,
    errors: [error],
  });
}

/** `error`: what is known better than "an id that exists". */
export function notFound(detail: string, error: Partial<FieldProblem> = {}): ProblemError {
  return new ProblemError({
    status: 404,
    code: "not-found",
    title: "Not found",
    detail,
    errors: [
      {
        path: "",
        message: detail,
        expected: "the id of something that exists in this account",
        fix: "Check the id and the account; the list of its kind shows what there is.",
        ...error,
      },
    ],
  });
}

export function methodNotAllowed(method: string, allowed: readonly string[]): ProblemError {
  const allow = allowed.join(", ");
  return new ProblemError({
    status: 405,
    code: "method-not-allowed",
    title: "Method not allowed",
    detail: `${method} is not possible here; use ${allow}`,
    errors: [
      {
        path: "",
        message: "this method is not possible here",
        expected: allow,
        received: method,
        fix: `Use ${allowed.join(" or ")}; GET /openapi.json describes each.`,
      },
    ],
    headers: { allow },
  });
}

export function conflict(detail: string, errors: readonly FieldProblem[] = []): ProblemError {
  return new ProblemError({
    status: 409,
    code: "conflict",
    title: "Conflict",
    detail,
    errors: errors.length > 0 ? errors : [{ path: "", message: detail }],
  });
}

export function idempotencyConflict(path: string): ProblemError {
  return new ProblemError({
    status: 409,
    code: "idempotency-conflict",
    title: "This idempotency key was used with another body",
    detail: "A key stands for one request: the same key was sent within the last 24 hours with another body",
    errors: [
      {
        path,
        message: "was used with another body",
        expected: "a key of its own for every different request",
        fix: "Send a new key, or repeat the first request unchanged.",
      },
    ],
  });
}

export function versionMismatch(current: number, asked: string): ProblemError {
  return new ProblemError({
    status: 412,
    code: "version-mismatch",
    title: "It was changed meanwhile",
    detail: "Somebody else changed this after you read it; read it again and apply your change to that",
    errors: [
      {
        path: "if-match",
        message: "is not the current version",
        expected: `"${current}"`,
        received: asked,
        fix: "Read it again, apply your change to what you find, and send its ETag as If-Match.",
      },
    ],
  });
}

export function tooLarge(limitBytes: number): ProblemError {
  return new ProblemError({
    status: 413,
    code: "too-large",
    title: "The body is too large",
    detail: `A body may have at most ${limitBytes} bytes`,
    errors: [
      {
        path: "",
        message: "is too large",
        expected: `at most ${limitBytes} bytes`,
        received: "more than that",
        fix: "Send less at once: several requests, or an address to fetch the large part from.",
      },
    ],
  });
}

export function unsupportedMediaType(received: string, accepted: readonly string[]): ProblemError {
  return new ProblemError({
    status: 415,
    code: "unsupported-media-type",
    title: "Unsupported media type",
    detail: `${hideLongWords(received)} is not accepted here; send ${accepted.join(" or ")}`,
    errors: [
      {
        path: "content-type",
        message: "is not accepted here",
        expected: accepted.join(" or "),
        received,
        fix: `Send the header \`Content-Type: ${accepted[0]}\`.`,
      },
    ],
    headers: { accept: accepted.join(", ") },
  });
}

export function rateLimited(error: FieldProblem, retryAfterSeconds: number): ProblemError {
  return new ProblemError({
    status: 429,
    code: "rate-limited",
    title: "Too many requests",
    detail: `${error.message}; try again in ${retryAfterSeconds} s`,
    errors: [error],
    headers: { "retry-after": String(retryAfterSeconds) },
  });
}

/** Its connection ends with the answer: the rest of the body would only drip on. */
export function tooSlow(bytesPerSecond: number): ProblemError {
  return new ProblemError({
    status: 408,
    code: "broken-request",
    title: "Request Timeout",
    detail: "The body came too slowly",
    errors: [
      {
        path: "",
        message: "the body came too slowly",
        expected: `at least ${bytesPerSecond} bytes a second`,
        received: "fewer than that",
        fix: "Send the same again over a faster connection.",
      },
    ],
    headers: { connection: "close" },
  });
}

export function unavailable(detail: string, retryAfterSeconds: number, options?: ErrorOptions): ProblemError {
  return new ProblemError(
    {
      status: 503,
      code: "unavailable",
      title: "Not available right now",
      detail: `${detail}; try again shortly`,
      errors: [
        {
          path: "",
          message: detail,
          expected: "room for the request, and a database and a bus that answer",
          fix: `Send the same again in ${retryAfterSeconds} s; with an Idempotency-Key it takes effect once, whatever became of this one.`,
        },
      ],
      headers: { "retry-after": String(retryAfterSeconds) },
    },
    options,
  );
}
