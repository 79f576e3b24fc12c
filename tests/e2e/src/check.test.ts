import { expect, test } from "vitest";
import type { ApiDelivery } from "./api-client.ts";
import { check, type CheckOptions } from "./check.ts";
import type { Posted } from "./load.ts";
import type { Received } from "./receiver/ledger.ts";

const posted = (each: Partial<Posted> & { number: number }): [number, Posted] => [
  each.number,
  { bodyHash: `hash-${each.number}`, answer: 202, eventId: `evt_${each.number}`, ...each },
];
const received = (number: number, each: Partial<Received> = {}): Received => ({
  at: 1_000,
  path: "/",
  webhookId: `dlv_${number}`,
  eventId: `evt_${number}`,
  type: "website_status_changed",
  contentType: "application/json",
  bodyHash: `hash-${number}`,
  number,
  signatureOk: true,
  answer: 200,
  effect: true,
  monotonicMs: 0,
  ...each,
});
const delivery = (number: number, each: Partial<ApiDelivery> = {}): ApiDelivery => ({
  id: `dlv_${number}`,
  key: `dlv_${number}`,
  eventId: `evt_${number}`,
  subscriptionId: "sub_1",
  state: "delivered",
  reason: null,
  attemptCount: 1,
  possiblySent: false,
  ...each,
});
const whole: CheckOptions = {
  posted: new Map([posted({ number: 1 }), posted({ number: 2 })]),
  received: [received(1), received(2)],
  deliveries: [delivery(1), delivery(2)],
  senderEndings: [],
};

test("finds nothing where everything arrived once, and counts it", () => {
  expect(check(whole)).toEqual({
    posted: 2,
    accepted: 2,
    delivered: 2,
    repeated: 0,
    unpromised: 0,
    missing: [],
    notInLog: [],
    unmarked: [],
    unexplained: [],
    mixedUp: [],
    wrongBody: [],
    wrongSignature: [],
  });
});

test("an accepted event that the receiver never kept is missing", () => {
  expect(check({ ...whole, received: [received(1)] }).missing).toEqual(["No. 2 evt_2"]);
  expect(check({ ...whole, received: [received(1), received(2, { answer: 500 })] }).missing).toEqual([
    "No. 2 evt_2",
  ]);
});

test("an event that nobody was promised may arrive, and may not", () => {
  const unanswered = posted({ number: 2, answer: "no answer" });
  delete unanswered[1].eventId;
  const given = { ...whole, posted: new Map([posted({ number: 1 }), unanswered]) };
  expect(check(given)).toMatchObject({ unpromised: 1, missing: [], mixedUp: [] });
  expect(check({ ...given, received: [received(1)] })).toMatchObject({ unpromised: 0, missing: [] });
});

test("what arrived twice needs a mark and a sender that was ended in between", () => {
  const twice = { ...whole, received: [received(1), received(2), received(2, { at: 9_000 })] };
  expect(check(twice)).toMatchObject({ repeated: 1, unmarked: ["dlv_2"], unexplained: ["dlv_2"] });
  const marked = { ...twice, deliveries: [delivery(1), delivery(2, { possiblySent: true })] };
  expect(check({ ...marked, senderEndings: [20_000] })).toMatchObject({
    unmarked: [],
    unexplained: ["dlv_2"],
  });
  expect(check({ ...marked, senderEndings: [5_000] })).toMatchObject({
    repeated: 1,
    unmarked: [],
    unexplained: [],
  });
});

test("a delivery that the log does not show as delivered, once, is told", () => {
  expect(check({ ...whole, deliveries: [delivery(1)] }).notInLog).toEqual(["No. 2 evt_2: "]);
  const queued = [delivery(1), delivery(2, { state: "queued" })];
  expect(check({ ...whole, deliveries: queued }).notInLog).toEqual(["No. 2 evt_2: queued"]);
});

test("one request that became two events, changed bytes and bad signatures are told", () => {
  const two = [received(1), received(1, { eventId: "evt_9", webhookId: "dlv_9" }), received(2)];
  expect(check({ ...whole, received: two }).mixedUp).toEqual(["No. 1: evt_1, evt_9"]);
  expect(check({ ...whole, received: [received(1, { bodyHash: "other" }), received(2)] }).wrongBody).toEqual([
    "dlv_1",
  ]);
  expect(
    check({ ...whole, received: [received(1, { signatureOk: false }), received(2)] }).wrongSignature,
  ).toEqual(["dlv_1"]);
});
