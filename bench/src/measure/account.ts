/** The ledger of one measurement: what was sent set against what arrived, event by event. Pure. */
import { websiteIdOf } from "../load/event-body.ts";
import { dueAtMs } from "../load/schedule.ts";
import { NO_ANSWER, NOT_SENT, type SentLedger } from "../load/sent-ledger.ts";
import type { Arrivals } from "../receiver/arrival-log.ts";

const ACCEPTED = 202;

export interface Account {
  /** Due by the schedule. */
  readonly planned: number;
  /** Held back, because the system owed too many answers. */
  readonly notSent: number;
  /** Answered with anything but 202. */
  readonly refused: number;
  readonly unanswered: number;
  /** Answered 202: from here on the system owes one delivery per target. */
  readonly accepted: number;
  /** Different webhook-ids that arrived. */
  readonly delivered: number;
  /** Owed and not there. */
  readonly missing: number;
  /** Arrivals beyond the first with the same webhook-id. */
  readonly duplicates: number;
  /** Deliveries of one event beyond one per target, under webhook-ids of their own: a receiver could not drop them. */
  readonly surplus: number;
  /** Arrivals of events that were sent in an earlier measurement. */
  readonly late: number;
  readonly altered: number;
  /** Of the first events that miss a delivery. */
  readonly missingWebsites: readonly number[];
}

export interface Latencies {
  /** Due → left: how late the load generator itself was. */
  readonly lateness: Float64Array;
  /** Due → answer complete. */
  readonly ack: Float64Array;
  /** Due → at the receiver, each delivery's first arrival, in the order of arriving. */
  readonly endToEnd: Float64Array;
  /** Beside `endToEnd`: when the event was due, in ms after the start. */
  readonly dueAt: Float64Array;
  /** From the first due time to the last arrival. */
  readonly spanMs: number;
}

const SHOWN_MISSING = 5;

export function settleAccount(
  sent: SentLedger,
  arrivals: Arrivals,
  targets: number,
): { account: Account; latencies: Latencies } {
  const { schedule, startedAt, firstSequence, status } = sent;
  const dueAt = (index: number) => startedAt + dueAtMs(schedule, index);

  const counts = { notSent: 0, refused: 0, unanswered: 0, accepted: 0 };
  const ack: number[] = [];
  const lateness: number[] = [];
  for (const [index, code] of status.entries()) {
    if (code === NOT_SENT) counts.notSent += 1;
    else if (code === NO_ANSWER) counts.unanswered += 1;
    else if (code === ACCEPTED) counts.accepted += 1;
    else counts.refused += 1;
    if (code !== NOT_SENT) lateness.push((sent.sentAt[index] ?? 0) - dueAt(index));
    if (code === ACCEPTED) ack.push((sent.answeredAt[index] ?? 0) - dueAt(index));
  }

  const seen = new Set<string>();
  const deliveries = new Uint32Array(schedule.count);
  const endToEnd: number[] = [];
  const dueAfterStart: number[] = [];
  let [duplicates, late, lastArrival] = [0, 0, startedAt];
  for (const [entry, sequence] of arrivals.sequences.entries()) {
    const index = sequence - firstSequence;
    if (index < 0 || index >= schedule.count) {
      late += 1;
      continue;
    }
    const webhookId = arrivals.webhookIds[entry] ?? "";
    if (seen.has(webhookId)) {
      duplicates += 1;
      continue;
    }
    seen.add(webhookId);
    deliveries[index] = (deliveries[index] ?? 0) + 1;
    const arrivedAt = arrivals.arrivedAt[entry] ?? 0;
    endToEnd.push(arrivedAt - dueAt(index));
    dueAfterStart.push(dueAt(index) - startedAt);
    lastArrival = Math.max(lastArrival, arrivedAt);
  }

  let [missing, surplus] = [0, 0];
  const missingWebsites: number[] = [];
  for (const [index, count] of deliveries.entries()) {
    surplus += Math.max(0, count - targets);
    if (status[index] !== ACCEPTED || count >= targets) continue;
    missing += targets - count;
    if (missingWebsites.length < SHOWN_MISSING) missingWebsites.push(websiteIdOf(firstSequence + index));
  }

  return {
    account: {
      planned: schedule.count,
      ...counts,
      delivered: seen.size,
      missing,
      duplicates,
      surplus,
      late,
      altered: arrivals.altered,
      missingWebsites,
    },
    latencies: {
      lateness: Float64Array.from(lateness),
      ack: Float64Array.from(ack),
      endToEnd: Float64Array.from(endToEnd),
      dueAt: Float64Array.from(dueAfterStart),
      spanMs: lastArrival - startedAt,
    },
  };
}
