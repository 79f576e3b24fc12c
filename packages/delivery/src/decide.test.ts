import { expect, test } from "vitest";
import { decide } from "./index.ts";

const base = { attempts: 1, scheduleMs: [1_000], ageMs: 0, random: () => 0.5 };
const key = { ...base, repeat: { kind: "key", because: "the receiver drops it" } as const };
const never = { ...base, repeat: { kind: "never", inDoubt: "hold" } as const };
const failed = { reason: "http_status", detail: "The endpoint answered 503" };

test("delivered ends the delivery", () => {
  expect(decide({ kind: "delivered", summary: { en: "Sent" } }, key)).toMatchObject({
    kind: "finish",
    state: "delivered",
  });
});

test("rejected is dead at once, with the target's own words", () => {
  expect(decide({ kind: "rejected", ...failed }, key)).toEqual({
    kind: "finish",
    state: "dead",
    possiblySent: false,
    ...failed,
  });
});

test("a failure is tried again, and is dead when the schedule ran out", () => {
  expect(decide({ kind: "retry", ...failed }, key)).toMatchObject({
    kind: "retry",
    afterMs: 1_000,
    possiblySent: false,
  });
  expect(decide({ kind: "retry", ...failed }, { ...key, attempts: 2 })).toMatchObject({
    state: "dead",
    reason: "exhausted",
  });
});

test("doubt is sent again only where that is safe, and says so on the delivery", () => {
  expect(decide({ kind: "in_doubt", ...failed }, key)).toMatchObject({ kind: "retry", possiblySent: true });
  expect(decide({ kind: "in_doubt", ...failed }, never)).toMatchObject({ kind: "hold", possiblySent: true });
});

test("a delivery whose last try is in doubt ends dead, and says that it may have arrived", () => {
  expect(decide({ kind: "in_doubt", ...failed }, { ...key, attempts: 2 })).toMatchObject({
    state: "dead",
    possiblySent: true,
  });
});

test("being asked to wait uses up no attempt, but not for ever", () => {
  const outcome = { kind: "rate_limited", ...failed, afterMs: 30_000 } as const;
  expect(decide(outcome, key)).toMatchObject({ kind: "retry", afterMs: 30_000, countsAttempt: false });
  expect(decide(outcome, { ...key, ageMs: 2_000 })).toMatchObject({ state: "dead", reason: "exhausted" });
});

test.each(["auth", "misconfigured"] as const)("%s waits for a person", (kind) => {
  const outcome =
    kind === "auth" ? ({ kind, step: "reconnect", ...failed } as const) : ({ kind, ...failed } as const);
  expect(decide(outcome, key)).toMatchObject({ kind: "hold", ...failed });
});
