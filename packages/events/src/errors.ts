/** The one error this package throws: a builder was called with what makes no event. Bad input is never an exception. */
import type { EventIssue } from "./issue.ts";

export class InvalidEventError extends Error {
  readonly code = "events.invalid";
  readonly issues: readonly EventIssue[];

  constructor(type: string, issues: readonly EventIssue[], options?: ErrorOptions) {
    const problems = issues.map((issue) => issue.message).join("; ");
    super(`${type} was not built: ${problems || "its builder was called without what it needs"}`, options);
    this.name = "InvalidEventError";
    this.issues = issues;
  }
}
