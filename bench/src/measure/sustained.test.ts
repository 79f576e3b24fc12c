import { expect, test } from "vitest";
import type { Account, Latencies } from "./account.ts";
import { isSustained } from "./sustained.ts";

const COUNT = 1_000;
const ALL_WELL: Account = {
  planned: COUNT,
  notSent: 0,
  refused: 0,
  unanswered: 0,
  accepted: COUNT,
  delivered: COUNT,
  missing: 0,
  duplicates: 0,
  surplus: 0,
  late: 0,
  altered: 0,
  missingWebsites: [],
};

/** One event a millisecond, each as late as `latencyOf` says. */
function latencies(latencyOf: (index: number) => number): Latencies {
  const endToEnd = Float64Array.from({ length: COUNT }, (_, index) => latencyOf(index));
  const dueAt = Float64Array.from({ length: COUNT }, (_, index) => index);
  return { lateness: new Float64Array(), ack: new Float64Array(), endToEnd, dueAt, spanMs: COUNT };
}

test("a steady latency below the limit is sustained", () => {
  expect(
    isSustained(
      ALL_WELL,
      latencies(() => 50),
    ),
  ).toBe(true);
});

test("a latency that grows all the time is a backlog, however small it still is", () => {
  expect(
    isSustained(
      ALL_WELL,
      latencies((index) => index * 0.4),
    ),
  ).toBe(false);
});

test("a slow start that is caught up is sustained", () => {
  expect(
    isSustained(
      ALL_WELL,
      latencies((index) => (index < 250 ? 300 : 20)),
    ),
  ).toBe(true);
});

test("a p99 above half a second is not sustained", () => {
  expect(
    isSustained(
      ALL_WELL,
      latencies((index) => (index % 50 === 0 ? 600 : 20)),
    ),
  ).toBe(false);
});

test.each([{ accepted: COUNT - 1 }, { missing: 1 }])("a rate at which %o is not sustained", (flaw) => {
  expect(
    isSustained(
      { ...ALL_WELL, ...flaw },
      latencies(() => 5),
    ),
  ).toBe(false);
});
