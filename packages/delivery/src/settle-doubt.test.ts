import type { Repeat } from "@stellwerk/connector-kit";
import { describe, expect, test } from "vitest";
import { decideProbed, settleDoubt } from "./index.ts";

const HOUR = 3_600_000;
const doubt = { startedAgoMs: 60_000, deadlineMs: 15_000 };
const probe = (inDoubt: "resend" | "hold"): Repeat => ({ kind: "probe", visibleAfterMs: 30_000, inDoubt });

describe("a delivery in doubt that has its turn", () => {
  test("is sent again where that is safe, or the account would rather have it twice", () => {
    expect(settleDoubt({ ...doubt, repeat: { kind: "natural", because: "x" } })).toEqual({ kind: "send" });
    expect(settleDoubt({ ...doubt, repeat: { kind: "key", because: "x" } })).toEqual({ kind: "send" });
    expect(settleDoubt({ ...doubt, repeat: { kind: "never", inDoubt: "resend" } })).toEqual({ kind: "send" });
  });

  test("waits for a person where it may not be sent twice", () => {
    expect(settleDoubt({ ...doubt, repeat: { kind: "never", inDoubt: "hold" } })).toMatchObject({
      kind: "hold",
      reason: "in_doubt",
      possiblySent: true,
    });
  });

  test("is looked for, but not before a frozen process's call would be seen: start + deadline + visible", () => {
    const repeat = probe("hold");
    expect(settleDoubt({ ...doubt, repeat, startedAgoMs: 44_999 })).toMatchObject({
      kind: "retry",
      afterMs: 1,
      countsAttempt: false,
      keepsDoubt: true,
      possiblySent: false,
    });
    expect(settleDoubt({ ...doubt, repeat, startedAgoMs: 45_000 })).toEqual({ kind: "look" });
  });
});

describe("what was seen", () => {
  const base = {
    attempts: 1,
    scheduleMs: [100_000],
    ageMs: 60_000,
    startedAgoMs: 60_000,
    random: () => 0.5,
    repeat: probe("hold"),
  };
  const unasked = { reason: "http_status", detail: "The target answered 503." };
  const unknown = { kind: "unknown", detail: "A scope is missing." } as const;

  test("found: it is delivered, and says what was found", () => {
    expect(decideProbed({ probed: { kind: "found", summary: { en: "Message of 12:01." } } }, base)).toEqual({
      kind: "finish",
      state: "delivered",
      possiblySent: false,
      reason: "found",
      detail: "Message of 12:01.",
    });
  });

  test("absent: it is sent when its schedule says, without a doubt, and a look is no attempt", () => {
    expect(decideProbed({ probed: { kind: "absent" } }, base)).toMatchObject({
      kind: "retry",
      afterMs: 40_000,
      countsAttempt: false,
      possiblySent: false,
      reason: "absent",
    });
    // Nothing of it was recorded: its process ended.
    expect(decideProbed({ probed: { kind: "absent" } }, { ...base, attempts: 0 })).toMatchObject({
      afterMs: 0,
    });
  });

  test("absent after the last try of the schedule: it is dead, and did not arrive", () => {
    expect(decideProbed({ probed: { kind: "absent" } }, { ...base, attempts: 2 })).toMatchObject({
      kind: "finish",
      state: "dead",
      reason: "exhausted",
      possiblySent: false,
    });
  });

  test("unknown: a person must say, or it is sent again and says that it may arrive twice", () => {
    expect(decideProbed({ probed: unknown }, base)).toEqual({
      kind: "hold",
      possiblySent: true,
      reason: "in_doubt",
      detail: "A scope is missing.",
    });
    expect(decideProbed({ probed: unknown }, { ...base, repeat: probe("resend") })).toMatchObject({
      kind: "retry",
      afterMs: 40_000,
      possiblySent: true,
    });
    expect(
      decideProbed({ probed: unknown }, { ...base, repeat: probe("resend"), attempts: 2 }),
    ).toMatchObject({
      state: "dead",
      possiblySent: true,
    });
  });

  test("nobody could be asked: it is looked for again, ever later, or when the target said", () => {
    const look = (startedAgoMs: number, afterMs?: number) =>
      decideProbed(
        { probed: unknown, unasked: { ...unasked, ...(afterMs === undefined ? {} : { afterMs }) } },
        { ...base, startedAgoMs },
      );
    expect(look(1_000)).toMatchObject({
      kind: "retry",
      afterMs: 5_000,
      keepsDoubt: true,
      countsAttempt: false,
    });
    expect(look(60_000)).toMatchObject({ afterMs: 30_000, ...unasked });
    expect(look(9 * HOUR)).toMatchObject({ afterMs: 15 * 60_000 });
    expect(look(60_000, 90_000)).toMatchObject({ afterMs: 90_000 });
  });

  test("but not for ever: past the age limit of a doubt it is as unknown", () => {
    const asked = { probed: unknown, unasked };
    expect(decideProbed(asked, { ...base, startedAgoMs: 100 * HOUR })).toMatchObject({ kind: "hold" });
    expect(decideProbed(asked, { ...base, maxAgeMs: HOUR, startedAgoMs: 2 * HOUR })).toMatchObject({
      kind: "hold",
    });
    // A delivery that waited out a long pause is not old in its doubt.
    expect(decideProbed(asked, { ...base, ageMs: 500 * HOUR })).toMatchObject({ kind: "retry" });
  });
});
