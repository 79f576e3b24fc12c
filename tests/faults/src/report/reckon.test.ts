import type { Received } from "@stellwerk/e2e/receiver/ledger.ts";
import { expect, test } from "vitest";
import type { LoggedDelivery } from "./observations.ts";
import { reckon, type Ledgers } from "./reckon.ts";

/** Two events of one subject for one ordered subscription; each arrived in 50 ms. */
const promised = [1, 2].map((number) => ({
  account: "acc",
  event: `evt_${number}`,
  bodyHash: `hash-${number}`,
  subject: 1,
  number,
  atMs: number * 1_000,
}));
const arrival = (number: number, each: Partial<Received> = {}): Received => ({
  at: 0,
  path: "/",
  webhookId: `dlv_${number}`,
  eventId: `evt_${number}`,
  type: "fault_drill",
  contentType: "application/json",
  bodyHash: `hash-${number}`,
  number: null,
  signatureOk: false,
  answer: 200,
  effect: true,
  monotonicMs: number * 1_000 + 50,
  ...each,
});
const logged = (number: number, each: Partial<LoggedDelivery> = {}): LoggedDelivery => ({
  id: `dlv_${number}`,
  eventId: `evt_${number}`,
  subscriptionId: "sub",
  key: `dlv_${number}`,
  state: "delivered",
  possiblySent: false,
  ...each,
});
const whole: Ledgers = {
  struck: [{ name: "a fault", victim: "api 1", kills: true, atMs: 1_010, backAfterMs: 5 }],
  posted: 2,
  promised,
  accounts: [{ id: "acc", key: "", subscriptions: [{ id: "sub", repeat: "key", ordered: true }] }],
  received: [arrival(1), arrival(2)],
  logged: [logged(1), logged(2)],
  settled: [],
  broken: [],
  lines: [],
  repeatedRecords: 0,
  missingFaults: [],
};

test("when everything arrived once and in order nothing is wrong", () => {
  const reckoning = reckon(whole);
  expect(reckoning.problems).toEqual([]);
  expect(reckoning).toMatchObject({ faults: 1, kills: 1, accepted: 2, delivered: 2, doubts: 0 });
});

test("a recovery is from the fault until what was accepted before it had arrived", () => {
  expect(reckon(whole).recoveries).toEqual([{ name: "a fault", kills: true, timesMs: [40] }]);
});

test.each([
  ["missing", { received: [arrival(1)] }],
  ["missing", { logged: [logged(1)] }],
  ["missing", { logged: [logged(1), logged(2, { state: "held" })] }],
  ["doubledWithoutDoubt", { received: [arrival(1), arrival(2), arrival(2)] }],
  ["outOfOrder", { received: [arrival(2), arrival(1, { monotonicMs: 5_000 })] }],
  ["altered", { received: [arrival(1), arrival(2, { bodyHash: "another" })] }],
] as const)("%s is found", (field, change: Partial<Ledgers>) => {
  const reckoning = reckon({ ...whole, ...change });
  expect(reckoning[field]).toBe(1);
  expect(reckoning.problems).toHaveLength(1);
});

test("what came twice and says that it may is no problem, and what was refused no effect", () => {
  const doubted = reckon({
    ...whole,
    received: [arrival(1), arrival(1), arrival(2, { effect: false }), arrival(2)],
    logged: [logged(1, { possiblySent: true }), logged(2)],
  });
  expect(doubted).toMatchObject({ problems: [], doubts: 1, doubledWithDoubt: 1 });
});

test("a rule of the checker that does not hold is a problem", () => {
  const broken = [{ rule: "starts without a claim", places: ["dlv_1", "dlv_2"] }];
  expect(reckon({ ...whole, broken }).problems).toEqual(["2 × starts without a claim: dlv_1; dlv_2"]);
});
