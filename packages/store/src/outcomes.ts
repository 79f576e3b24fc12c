/**
 * Outcomes: what an attempt came to, written for those deliveries that the dispatcher still holds.
 */
import { takenOf, type TakenRow } from "./taken.ts";
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import { keepRemembered, type Remembering } from "./remembered.ts";
import { sqlFile } from "./sql-file.ts";

const recordOutcomesStatement = sqlFile("record-outcomes");

export interface AttemptRecord {
  readonly id: string;
  /** 1 is the first. */
  readonly number: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** The outcome's kind. */
  readonly outcome: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly request: unknown;
  readonly reply: { readonly status: number; readonly headers: unknown; readonly body: Buffer } | null;
  /** Written with it, or not at all. */
  readonly remember?: Remembering | undefined;
}

export interface DeliveryOutcome {
  readonly deliveryId: string;
  readonly partition: number;
  readonly epoch: number;
  /** The final state, or null while it goes on waiting. */
  readonly state: "delivered" | "skipped" | "dead" | null;
  readonly held: boolean;
  /** When it waits: how long; null keeps its place, for a target that was paused. */
  readonly retryInMs: number | null;
  /** Attempts that count, this one included. */
  readonly attempts: number;
  readonly possiblySent: boolean;
  /** While it goes on waiting: nobody knows whether its last start arrived. */
  readonly keepsStart?: boolean;
  readonly reason: string | null;
  readonly detail: string | null;
  /** Null when it ended without an attempt, because its subscription is gone. */
  readonly attempt: AttemptRecord | null;
}

/** Answers the outcomes that were written; the others belong to somebody else now, or to a later run of ours. */
export async function recordOutcomes(
  tx: Queryable,
  dispatcherId: string,
  outcomes: readonly DeliveryOutcome[],
): Promise<Set<DeliveryOutcome>> {
  const rows = await tx.query<TakenRow>(recordOutcomesStatement, [
    dispatcherId,
    jsonParameter(outcomes.map(outcomeRow)),
  ]);
  const written = takenOf(outcomes, rows);
  await keepRemembered(
    tx,
    [...written].flatMap((outcome) => outcome.attempt?.remember ?? []),
  );
  return written;
}

function outcomeRow(outcome: DeliveryOutcome) {
  const { attempt } = outcome;
  return {
    delivery_id: outcome.deliveryId,
    partition: outcome.partition,
    epoch: outcome.epoch,
    state: outcome.state,
    held: outcome.held,
    retry_in_ms: outcome.retryInMs,
    attempts: outcome.attempts,
    possibly_sent: outcome.possiblySent,
    keeps_start: outcome.keepsStart === true,
    reason: outcome.reason,
    detail: outcome.detail,
    attempt_id: attempt?.id,
    number: attempt?.number,
    started_at: attempt?.startedAt,
    duration_ms: attempt === null ? undefined : Math.round(attempt.durationMs),
    kind: attempt?.outcome,
    attempt_reason: attempt?.reason,
    attempt_detail: attempt?.detail,
    request: attempt?.request,
    reply_status: attempt?.reply?.status,
    reply_headers: attempt?.reply?.headers,
    reply_body: attempt?.reply?.body.toString("base64"),
  };
}
