/** What a call can end with besides its answer. */
import type { FieldProblem, Problem } from "./generated/api-types.ts";

export type { FieldProblem, Problem };

/**
 * The api answered, and did not do it.
 *
 * @example
 * if (error instanceof ProblemError && error.code === "version-mismatch") reload();
 */
export class ProblemError extends Error {
  readonly status: number;
  /** As it was answered (RFC 9457). */
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    const more = problem.errors.map(
      ({ path, message, fix }) => `\n  ${path || "request"} ${message}${fix === undefined ? "" : `: ${fix}`}`,
    );
    super(`${status} ${problem.title}: ${problem.detail}${more.join("")}`);
    this.name = "ProblemError";
    this.status = status;
    this.problem = problem;
  }

  /** Stable: `invalid-request`, `not-found`, `version-mismatch`, … */
  get code(): string {
    return this.problem.type.replace("urn:stellwerk:problem:", "");
  }

  /** Everything that is wrong with the request, by field. */
  get errors(): readonly FieldProblem[] {
    return this.problem.errors;
  }

  /** Stands in the api's log as well. */
  get requestId(): string {
    return this.problem.requestId;
  }
}

/** No answer came: the network, a time-out, or something in between that does not speak this API. */
export class ConnectionError extends Error {
  readonly timedOut: boolean;

  constructor(message: string, options: ErrorOptions & { timedOut?: boolean } = {}) {
    super(message, options);
    this.name = "ConnectionError";
    this.timedOut = options.timedOut ?? false;
  }
}
