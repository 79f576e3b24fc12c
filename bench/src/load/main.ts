/** The load generator, a process of its own: an open loop for measuring, a closed one to find where to measure. */
import { setTimeout as pause } from "node:timers/promises";
import { answerParent } from "../child.ts";
import { monotonicMs } from "../monotonic-clock.ts";
import { countDue, dueAtMs, type Schedule } from "./schedule.ts";
import { openSender } from "./sender.ts";
import { emptyLedger, type SentLedger } from "./sent-ledger.ts";

export type LoadOrder =
  | { kind: "open"; urls: readonly string[]; firstSequence: number; schedule: Schedule }
  | {
      kind: "closed";
      urls: readonly string[];
      firstSequence: number;
      inFlight: number;
      count: number;
      seconds: number;
    };

/** Nothing is due before the first timer has run. */
const LEAD_MS = 20;
/** What a stalled system holds back at most, in seconds of load; what is due beyond that is not sent. */
const MAX_BACKLOG_SECONDS = 3;
const DRAIN_MS = 20_000;

/** Events leave when they are due, however many answers are still missing. */
async function runOpen(order: LoadOrder & { kind: "open" }): Promise<SentLedger> {
  const { schedule } = order;
  const sender = openSender(order.urls);
  const startedAt = monotonicMs() + LEAD_MS;
  const ledger = emptyLedger(schedule, order.firstSequence, startedAt);
  const maxInFlight = Math.max(1_000, schedule.rate * MAX_BACKLOG_SECONDS);
  let next = 0;
  while (next < schedule.count) {
    const due = countDue(schedule, monotonicMs() - startedAt);
    for (; next < due; next += 1) if (sender.inFlight < maxInFlight) sender.send(ledger, next);
    if (next < schedule.count) await pause(Math.max(1, dueAtMs(schedule, next) + startedAt - monotonicMs()));
  }
  await sender.drain(DRAIN_MS);
  await sender.close();
  return ledger;
}

/** The next event leaves when an answer came: as fast as the system takes them. Its latencies mean nothing. */
async function runClosed(order: LoadOrder & { kind: "closed" }): Promise<SentLedger> {
  const startedAt = monotonicMs();
  const schedule: Schedule = { rate: order.count / order.seconds, count: order.count };
  const ledger = emptyLedger(schedule, order.firstSequence, startedAt);
  const endsAt = startedAt + order.seconds * 1_000;
  let next = 0;
  const sender = openSender(order.urls, sendNext);
  function sendNext(): void {
    if (next < order.count && monotonicMs() < endsAt) sender.send(ledger, next++);
  }
  for (let each = 0; each < order.inFlight; each += 1) sendNext();
  await sender.drain(order.seconds * 1_000 + DRAIN_MS);
  await sender.close();
  return {
    ...ledger,
    schedule: { rate: next / order.seconds, count: next },
    sentAt: ledger.sentAt.slice(0, next),
    answeredAt: ledger.answeredAt.slice(0, next),
    status: ledger.status.slice(0, next),
  };
}

answerParent(
  async () => undefined,
  (order: LoadOrder) => (order.kind === "open" ? runOpen(order) : runClosed(order)),
);
