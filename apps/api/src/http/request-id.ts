/** A name for a request: in its answer, in its problem and in the log. */
import { randomUUID } from "node:crypto";

export function makeRequestId(): string {
  return `req_${randomUUID()}`;
}
