import { describe, expect, test } from "vitest";
import { decide, defaultMaxAgeMs } from "./index.ts";

const DAY = 86_400_000;
const base = { attempts: 1, scheduleMs: [5_000], ageMs: 0, random: () => 0.5 };
const key = { ...base, repeat: { kind: "key", because: "the receiver drops it" } as const };
const never = { ...base, repeat: { kind: "never", inDoubt: "hold" } as const };
const failed = { reason: "http_status", detail: "The endpoint answered 503" };

test("delivered ends the delivery", () => {
  expect(decide({ kind: "delivered", summary: { en: "Sent" } }, key)).toMatchObject({
    kind: "finish",
    state: "delivered",
    reason: null,
  });
});

test("a subscription's own age limit ends a delivery whose schedule would go on", () => {
  const limited = { ...key, maxAgeMs: 60_000 };
  expect(decide({ kind: "retry", ...failed }, { ...limited, ageMs: 59_000 })).toMatchObject({
    kind: "retry",
  });
  expect(decide({ kind: "retry", ...failed }, { ...limited, ageMs: 61_000 })).toMatchObject({
    state: "dead",
    reason: "too_old",
  });
  // The time in which its target was paused does not count.
  const resumed = { ...limited, ageMs: 61_000, sinceResumeMs: 5_000 };
  expect(decide({ kind: "retry", ...failed }, resumed)).toMatchObject({ kind: "retry" });
  // Without one it has its whole schedule, however long it waited for its first try.
  expect(decide({ kind: "retry", ...failed }, { ...key, ageMs: 90 * DAY })).toMatchObject({ kind: "retry" });
});

test("rejected is dead at once, with the target's own words", () => {
  expect(decide({ kind: "rejected", ...failed }, key)).toEqual({
    kind: "finish",
    state: "dead",
    possiblySent: false,
    ...failed,
  });
});

test("a target that is gone ends the delivery and stops its subscription", () => {
  expect(
    decide({ kind: "rejected", reason: "gone", detail: "410", stop: "subscription" }, key),
  ).toMatchObject({
    state: "dead",
    reason: "gone",
    stop: { reason: "gone", detail: "410" },
  });
});

test("a failure is tried again, and is dead when the schedule ran out", () => {
  expect(decide({ kind: "retry", ...failed }, key)).toMatchObject({
    kind: "retry",
    afterMs: 5_000,
    countsAttempt: true,
    possiblySent: false,
  });
  expect(decide({ kind: "retry", ...failed }, { ...key, attempts: 2 })).toMatchObject({
    state: "dead",
    reason: "exhausted",
  });
});

describe("in doubt", () => {
  const doubt = { kind: "in_doubt", ...failed } as const;

  test("it is sent again only where that is safe, never at once, and says so on the delivery", () => {
    expect(decide(doubt, key)).toMatchObject({ kind: "retry", afterMs: 5_000, possiblySent: true });
    // What to do is about the doubt, not about what went wrong.
    expect(decide(doubt, never)).toMatchObject({
      kind: "hold",
      possiblySent: true,
      reason: "in_doubt",
      detail: failed.detail,
    });
  });

  test("it is sent again where the account would rather have it twice than not at all", () => {
    const resend = { ...base, repeat: { kind: "never", inDoubt: "resend" } as const };
    expect(decide(doubt, resend)).toMatchObject({ kind: "retry", possiblySent: true });
  });

  describe("where one can look", () => {
    const repeat = { kind: "probe", visibleAfterMs: 2_000, inDoubt: "resend" } as const;
    const probe = { ...base, repeat, deadlineMs: 15_000 };

    test("it is looked for when it must have arrived, and is not sent before that", () => {
      expect(decide(doubt, probe)).toMatchObject({
        kind: "retry",
        afterMs: 17_000,
        countsAttempt: true,
        keepsDoubt: true,
        // Nothing is sent twice unless looking does not tell.
        possiblySent: false,
      });
    });

    test("it is looked for even when that was the last try of the schedule, or it is old", () => {
      const last = { ...probe, attempts: 9, ageMs: 90 * DAY, maxAgeMs: DAY };
      expect(decide(doubt, last)).toMatchObject({ kind: "retry", keepsDoubt: true });
    });

    test("the probe of an open breaker uses up no attempt", () => {
      expect(decide(doubt, { ...probe, probe: true })).toMatchObject({
        countsAttempt: false,
        keepsDoubt: true,
      });
    });

    test("what was surely not sent is no doubt", () => {
      expect(decide({ kind: "retry", ...failed }, probe)).not.toHaveProperty("keepsDoubt");
    });
  });

  test("when the last try is in doubt the delivery ends dead, and says that it may have arrived", () => {
    expect(decide(doubt, { ...key, attempts: 2 })).toMatchObject({ state: "dead", possiblySent: true });
  });
});

describe("asked to wait", () => {
  const outcome = { kind: "rate_limited", ...failed, afterMs: 30_000 } as const;

  test("it uses up no attempt and pauses everything over its connection", () => {
    expect(decide(outcome, key)).toMatchObject({
      kind: "retry",
      afterMs: 30_000,
      countsAttempt: false,
      pauseScopeMs: 30_000,
      pauseScope: "connection",
    });
  });

  test("it pauses what the target named", () => {
    expect(decide({ ...outcome, scope: "subscription" }, key)).toMatchObject({ pauseScope: "subscription" });
  });

  test("it is never tried again at once, and waits a day at most", () => {
    expect(decide({ ...outcome, afterMs: 0 }, key)).toMatchObject({ afterMs: 1_000, pauseScopeMs: 1_000 });
    expect(decide({ ...outcome, afterMs: 1e12 }, key)).toMatchObject({ afterMs: DAY });
  });

  test("but not for ever: past its age limit the delivery is dead", () => {
    const ageMs = defaultMaxAgeMs(key.scheduleMs) + 1;
    expect(decide(outcome, { ...key, ageMs })).toMatchObject({ state: "dead", reason: "too_old" });
    expect(decide(outcome, { ...key, ageMs: 2_000, maxAgeMs: 1_000 })).toMatchObject({ reason: "too_old" });
  });

  test("what waited out a long pause is not ended by the first answer after it", () => {
    expect(decide(outcome, { ...key, ageMs: 20 * DAY, sinceResumeMs: 60_000 })).toMatchObject({
      kind: "retry",
    });
  });
});

describe("the probe of an open breaker", () => {
  const probe = { ...key, probe: true };

  test("a failure of it uses up no attempt, however many it has made", () => {
    expect(decide({ kind: "retry", ...failed }, { ...probe, attempts: 10 })).toMatchObject({
      kind: "retry",
      afterMs: 1_000,
      countsAttempt: false,
    });
  });

  test("it keeps the wait that the target asked for", () => {
    expect(decide({ kind: "retry", ...failed, afterMs: 9_000 }, probe)).toMatchObject({ afterMs: 9_000 });
  });

  test("past its age limit the delivery is dead, and says whether it may have arrived", () => {
    const old = { ...probe, ageMs: 6 * DAY };
    expect(decide({ kind: "in_doubt", ...failed }, old)).toMatchObject({
      state: "dead",
      reason: "too_old",
      possiblySent: true,
    });
  });
});

test("an account's broken credentials pause its connection, a wrong setting its subscription", () => {
  expect(decide({ kind: "auth", step: "reconnect", ...failed }, key)).toMatchObject({
    kind: "pause",
    scope: "connection",
    ...failed,
  });
  expect(decide({ kind: "misconfigured", ...failed }, key)).toMatchObject({
    kind: "pause",
    scope: "subscription",
    ...failed,
  });
});

test("the default age limit outlives the five days after which a dead target is stopped", () => {
  expect(
    defaultMaxAgeMs([5_000, 300_000, 1.8e6, 7.2e6, 1.8e7, 3.6e7, 5.04e7, 7.2e7, 8.64e7]),
  ).toBeGreaterThan(5 * DAY);
  expect(defaultMaxAgeMs([30 * DAY], 30 * DAY)).toBe(30 * DAY);
});
