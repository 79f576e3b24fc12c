/**
 * `onRejected: "block"`: what would be given up is held instead, so that those behind it of its subject wait until a
 * person has sent it again or dropped it.
 */
import type { Decision } from "./decide.ts";
import { follow } from "./transitions.ts";

/**
 * @example
 * blockSubject({ kind: "finish", state: "dead", reason: "exhausted", … }) // { kind: "hold", reason: "blocking", … }
 */
export function blockSubject(decision: Decision): Decision {
  if (decision.kind !== "finish" || decision.state !== "dead") return decision;
  follow("sending", "hold");
  const { possiblySent, detail, stop } = decision;
  return { kind: "hold", possiblySent, reason: "blocking", detail, ...(stop === undefined ? {} : { stop }) };
}
