/** The one place that turns errors into HTTP. A stack goes to the log, never into an answer. */
import type { ServerResponse } from "node:http";
import { BusClosedError, BusUnavailableError } from "@stellwerk/bus";
import type { Log } from "@stellwerk/log";
import { SealedValueError, StoreUnavailableError } from "@stellwerk/store";
import { conflict, type FieldProblem, type ProblemDetails, ProblemError, unavailable } from "./errors.ts";
import { sendBody } from "./http/answer.ts";
import { hideLongWords } from "./http/hide-long-words.ts";

/** Short: what is away is usually a restart. */
const RETRY_AFTER_SECONDS = 2;

export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StoreUnavailableError) {
    return unavailable("The database does not answer", RETRY_AFTER_SECONDS, { cause: error });
  }
  if (error instanceof BusUnavailableError || error instanceof BusClosedError) {
    return unavailable("The event could not be stored durably", RETRY_AFTER_SECONDS, { cause: error });
  }
  if (error instanceof SealedValueError) return conflict(error.message);
  return new ProblemError(
    {
      status: 500,
      code: "internal",
      title: "Something went wrong on our side",
      detail: "The request could not be finished. The log has the reason under this request id",
      errors: [
        {
          path: "",
          message: "the request could not be finished",
          fix: "Send the same again; if that does not help, give the operator the request id.",
        },
      ],
    },
    { cause: error },
  );
}

export function problemBody(problem: ProblemDetails, requestId: string): Record<string, unknown> {
  return {
    type: `urn:stellwerk:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    requestId,
    errors: (problem.errors ?? []).map(hideReceived),
  };
}

/** Here, so that no problem can forget it. */
function hideReceived(error: FieldProblem): FieldProblem {
  return error.received === undefined ? error : { ...error, received: hideLongWords(error.received) };
}

export function sendProblem(response: ServerResponse, error: unknown, requestId: string, log: Log): void {
  const { problem, cause } = toProblem(error);
  if (problem.code === "internal") log.error({ err: cause, requestId }, "a request failed unexpectedly");
  if (problem.code === "unavailable" || problem.code === "rate-limited")
    warnOfRefusal(problem, requestId, log);
  // The client went away, or the answer had begun: there is nobody to tell.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  sendBody(response, problem.status, JSON.stringify(problemBody(problem, requestId)), {
    ...problem.headers,
    "content-type": "application/problem+json",
    "x-request-id": requestId,
  });
}

/** Thousands of requests a second may be turned away; one line a second says it as well. */
const WARN_EVERY_MS = 1_000;
let warnedAt = Number.NEGATIVE_INFINITY;

function warnOfRefusal({ detail }: ProblemDetails, requestId: string, log: Log): void {
  const now = performance.now();
  if (now - warnedAt < WARN_EVERY_MS) return;
  warnedAt = now;
  log.warn({ reason: detail, requestId }, "requests are turned away");
}
