import { describe, expect, test } from "vitest";
import { Breaker, type BreakerChange, type BreakerSnapshot } from "./index.ts";
import { seededRandom, SimulatedClock } from "./testing/index.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

function openBreaker(snapshot?: BreakerSnapshot) {
  const clock = new SimulatedClock();
  const parts = { clock, random: () => 0.5 };
  return {
    clock,
    parts,
    breaker: snapshot === undefined ? new Breaker(parts) : Breaker.restore(parts, snapshot),
  };
}

function fail(breaker: Breaker, times: number, how: "failure" | "timeout" = "failure"): BreakerChange[] {
  return Array.from({ length: times }, () => breaker.record(how)).flat();
}

/** Probes that fail until `untilMs`; answers when each began and everything that was told. */
async function probeInVain(breaker: Breaker, clock: SimulatedClock, untilMs: number) {
  const probes: number[] = [];
  const changes: BreakerChange[] = [];
  for (let atMs = breaker.probeAtMs; atMs !== undefined && atMs < untilMs; atMs = breaker.probeAtMs) {
    await clock.pass(atMs - clock.nowMs());
    expect(breaker.beginProbe()).toBe(true);
    probes.push(atMs);
    changes.push(...breaker.record("failure", true));
  }
  return { probes, changes };
}

describe("opens", () => {
  test("after ten failures in a row, of a target that never worked at once", () => {
    const { breaker } = openBreaker();
    expect(fail(breaker, 9)).toEqual([]);
    expect(fail(breaker, 1)).toMatchObject([{ kind: "opened", failures: 10 }]);
    expect(breaker.state).toBe("open");
  });

  test("after four time-outs in a row: each held a slot for a whole deadline", () => {
    const { breaker } = openBreaker();
    expect(fail(breaker, 3, "timeout")).toEqual([]);
    expect(fail(breaker, 1, "timeout")).toMatchObject([{ kind: "opened" }]);
  });

  test("never while it worked within the last two seconds", async () => {
    const { breaker, clock } = openBreaker();
    breaker.record("success");
    expect(fail(breaker, 50)).toEqual([]);
    await clock.pass(2_000);
    expect(fail(breaker, 1)).toMatchObject([{ kind: "opened", failures: 51 }]);
  });

  test.each([
    ["1,000 a second", 1],
    ["10 a second", 100],
  ])("not when a fifth of a million attempts fail, %s, and nothing is written for it", async (_, everyMs) => {
    const { breaker, clock } = openBreaker();
    const random = seededRandom(7);
    let told = 0;
    for (let attempt = 0; attempt < 1_000_000; attempt += 1) {
      clock.step(attempt * everyMs);
      told += breaker.record(random() < 0.2 ? "failure" : "success").length;
    }
    expect(told).toBe(0);
    expect(breaker.state).toBe("closed");
    expect(breaker.takeWrite()).toBeUndefined();
  });
});

describe("while it is open", () => {
  test("it looks again after 5 s, and then in ever longer waits up to 15 minutes", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    const { probes } = await probeInVain(breaker, clock, 3 * 60 * MINUTE);
    const waits = probes.map((atMs, index) => atMs - (probes[index - 1] ?? 0));
    expect(waits.slice(0, 9)).toEqual(
      [5, 10, 20, 40, 80, 160, 320, 640, 900].map((seconds) => seconds * 1_000),
    );
    expect(Math.max(...waits)).toBe(15 * MINUTE);
  });

  test("one probe at a time, and none before its time", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    expect(breaker.beginProbe()).toBe(false);
    await clock.pass(5_000);
    expect(breaker.beginProbe()).toBe(true);
    expect(breaker.beginProbe()).toBe(false);
    expect(breaker.probeAtMs).toBeUndefined();
  });

  test("the first success closes it, also that of an attempt from before", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    await clock.pass(3_000);
    expect(breaker.record("success")).toMatchObject([{ kind: "closed", openForMs: 3_000 }]);
    expect(breaker.isClean).toBe(false);
    expect(breaker.takeWrite()).toMatchObject({
      state: "closed",
      consecutiveFailures: 0,
      failingSinceMs: null,
    });
    expect(breaker.isClean).toBe(true);
  });

  test("a probe that says nothing about the target is made again after the same wait", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    await clock.pass(5_000);
    breaker.beginProbe();
    expect(breaker.record("neutral", true)).toEqual([]);
    expect(breaker.probeAtMs).toBe(10_000);
  });

  test("probes are spread, so that targets which died together are not tried together", () => {
    const clock = new SimulatedClock();
    const random = seededRandom(1);
    const at = Array.from({ length: 50 }, () => {
      const breaker = new Breaker({ clock, random });
      fail(breaker, 10);
      return breaker.probeAtMs ?? 0;
    });
    expect(Math.min(...at)).toBeGreaterThanOrEqual(4_000);
    expect(Math.max(...at)).toBeLessThanOrEqual(6_000);
    expect(new Set(at).size).toBe(50);
  });
});

describe("five days of nothing but failure", () => {
  test("warn at 50, 75 and 90 percent, then say stop, each once", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    const { changes } = await probeInVain(breaker, clock, 6 * DAY);
    expect(changes.map((each) => (each.kind === "warning" ? each.percent : each.kind))).toEqual([
      50,
      75,
      90,
      "stop",
    ]);
  });

  test("the time counts from the first failure, over restarts", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    await probeInVain(breaker, clock, 3 * DAY);
    const later = openBreaker(breaker.snapshot());
    await later.clock.pass(4.9 * DAY);
    later.breaker.beginProbe();
    expect(later.breaker.record("failure", true)).toMatchObject([{ kind: "warning", percent: 90 }]);
    await later.clock.pass(0.2 * DAY);
    later.breaker.beginProbe();
    expect(later.breaker.record("failure", true)).toMatchObject([{ kind: "stop" }]);
  });

  test("say stop again after a restart: the first one may not have been carried out", async () => {
    const { breaker, clock, parts } = openBreaker();
    fail(breaker, 10);
    await probeInVain(breaker, clock, 6 * DAY);
    const { changes } = await probeInVain(Breaker.restore(parts, breaker.snapshot()), clock, 7 * DAY);
    expect(changes.map((each) => each.kind)).toEqual(["stop"]);
  });

  test("two failures five days apart stop nothing", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 1);
    await clock.pass(6 * DAY);
    expect(fail(breaker, 1)).toEqual([]);
  });
});

describe("over a restart", () => {
  test("it is open still, and its probe is due when it was", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    await probeInVain(breaker, clock, 10 * MINUTE);
    const again = openBreaker();
    again.clock.step(clock.nowMs());
    const restored = Breaker.restore(again.parts, breaker.snapshot());
    expect(restored.snapshot()).toEqual(breaker.snapshot());
    expect(restored.probeAtMs).toBe(breaker.probeAtMs);
  });

  test("a probe that was under way is made again at once", async () => {
    const { breaker, clock } = openBreaker();
    fail(breaker, 10);
    await clock.pass(5_000);
    breaker.beginProbe();
    const { breaker: restored, clock: later } = openBreaker(breaker.snapshot());
    expect(restored.probeAtMs).toBe(later.nowMs());
  });

  test("a clock that was set back a year does not put the probe off for a year", () => {
    const { breaker } = openBreaker();
    fail(breaker, 10);
    const clock = new SimulatedClock(0);
    const restored = Breaker.restore({ clock, random: () => 0.5 }, breaker.snapshot());
    expect(restored.probeAtMs).toBeLessThanOrEqual(18 * MINUTE);
  });

  test("a target with one event an hour that has failed all day is not new again", async () => {
    const { breaker, clock } = openBreaker();
    for (let hour = 0; hour < 8; hour += 1) {
      fail(breaker, 1);
      await clock.pass(60 * MINUTE);
    }
    const kept = breaker.takeWrite();
    expect(kept).toMatchObject({ state: "closed", consecutiveFailures: 8 });
    expect(fail(openBreaker(kept).breaker, 2)).toMatchObject([{ kind: "opened", failures: 10 }]);
  });
});
