import { expect, test } from "vitest";
import { emptyLedger, NO_ANSWER, NOT_SENT, type SentLedger } from "../load/sent-ledger.ts";
import type { Arrivals } from "../receiver/arrival-log.ts";
import { settleAccount } from "./account.ts";

const START = 1_000;

/** Events due every 100 ms, sent 1 ms late, answered 5 ms after they were due. */
function sentWith(...statuses: number[]): SentLedger {
  const ledger = emptyLedger({ rate: 10, count: statuses.length }, 50, START);
  statuses.forEach((status, index) => {
    ledger.status[index] = status;
    ledger.sentAt[index] = status === NOT_SENT ? 0 : START + index * 100 + 1;
    ledger.answeredAt[index] = status === 202 ? START + index * 100 + 5 : 0;
  });
  return ledger;
}

function arrived(...entries: [index: number, webhookId: string, afterStart: number][]): Arrivals {
  return {
    sequences: Uint32Array.from(entries.map(([index]) => 50 + index)),
    arrivedAt: Float64Array.from(entries.map(([, , afterStart]) => START + afterStart)),
    webhookIds: entries.map(([, webhookId]) => webhookId),
    targets: new Uint16Array(entries.length),
    altered: 0,
  };
}

test("every event is counted once by what became of its request", () => {
  const { account } = settleAccount(sentWith(202, 202, 503, NO_ANSWER, NOT_SENT), arrived(), 1);
  expect(account).toMatchObject({ planned: 5, accepted: 2, refused: 1, unanswered: 1, notSent: 1 });
});

test("an accepted event that did not arrive is missing, and named; a refused one is not", () => {
  const { account } = settleAccount(sentWith(202, 202, 503), arrived([0, "a", 10]), 1);
  expect(account).toMatchObject({ delivered: 1, missing: 1, missingWebsites: [100_000_051] });
});

test("an event is owed to every target", () => {
  const { account } = settleAccount(sentWith(202, 202), arrived([0, "a", 1], [0, "b", 1], [1, "c", 101]), 3);
  expect(account).toMatchObject({ delivered: 3, missing: 3 });
});

test("the same webhook-id again is a duplicate and makes up for no missing delivery", () => {
  const { account } = settleAccount(sentWith(202, 202), arrived([0, "a", 10], [0, "a", 90]), 1);
  expect(account).toMatchObject({ delivered: 1, duplicates: 1, missing: 1, surplus: 0 });
});

test("one event twice under two webhook-ids is surplus: no receiver could drop it", () => {
  const { account } = settleAccount(sentWith(202), arrived([0, "a", 10], [0, "b", 11]), 1);
  expect(account).toMatchObject({ duplicates: 0, surplus: 1, missing: 0 });
});

test("an arrival from an earlier measurement is late and no delivery of this one", () => {
  const { account, latencies } = settleAccount(sentWith(202), arrived([-1, "z", 1], [0, "a", 10]), 1);
  expect(account).toMatchObject({ late: 1, delivered: 1 });
  expect(latencies.endToEnd).toHaveLength(1);
});

test("latencies count from the due time, not from when the request left", () => {
  const { latencies } = settleAccount(sentWith(202, 202), arrived([1, "b", 130], [0, "a", 250]), 1);
  expect([...latencies.lateness]).toEqual([1, 1]);
  expect([...latencies.ack]).toEqual([5, 5]);
  expect([...latencies.endToEnd]).toEqual([30, 250]);
  expect([...latencies.dueAt]).toEqual([100, 0]);
  expect(latencies.spanMs).toBe(250);
});
