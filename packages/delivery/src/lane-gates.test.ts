/** What keeps a lane from starting: a pause, its rate, its target's wish, its breaker. */
import { describe, expect, test } from "vitest";
import { settle } from "./testing/index.ts";
import { delivery, openLanes, takeMany } from "./testing/open-lanes.ts";

describe("pause", () => {
  test("a paused lane has no room, is never due and gives back what it did not start", () => {
    const { lanes, lane, due, givenBack } = openLanes();
    const many = takeMany(lanes, lane(), 6);
    lanes.configure(lane(), { paused: true });
    expect(givenBack).toEqual(many.slice(4));
    expect(lanes.room(lane())).toBe(0);
    lanes.wait(lane(), 0);
    expect(due).toEqual([]);
    expect(lane().dueAtMs).toBe(0);
    lanes.configure(lane(), {});
    expect(due).toEqual([lane()]);
  });

  test("after a pause it drains at the rate that was chosen", async () => {
    const { lanes, clock, lane, end } = openLanes();
    lanes.configure(lane(), { drainPerSecond: 2 });
    lanes.wait(lane(), 0);
    let sent = 0;
    for (let tenth = 0; tenth < 100; tenth += 1) {
      for (const { room } of lanes.dueLanes(100)) {
        for (const each of takeMany(lanes, lane(), room)) {
          await end(each, "success");
          sent += 1;
        }
      }
      await clock.pass(100);
    }
    expect(sent).toBeGreaterThanOrEqual(19);
    expect(sent).toBeLessThanOrEqual(22);
  });
});

describe("rate", () => {
  test("a lane with one in five seconds keeps it, and holds nothing in hand meanwhile", async () => {
    const { lanes, clock, lane, due, end, running } = openLanes();
    lanes.configure(lane(), { perSecond: 0.2 });
    lanes.wait(lane(), 0);
    expect(lanes.dueLanes(100)).toEqual([{ lane: lane(), room: 1 }]);
    const [one] = takeMany(lanes, lane(), 1);
    await end(one!, "success");
    expect(lanes.room(lane())).toBe(0);
    due.length = 0;
    await clock.pass(4_999);
    expect(due).toEqual([]);
    await clock.pass(1);
    expect(due).toEqual([lane()]);
    takeMany(lanes, lane(), 1);
    expect(running.size).toBe(1);
  });

  test("a short wait for a token is waited out in hand", async () => {
    const { lanes, clock, lane, running } = openLanes();
    lanes.configure(lane(), { perSecond: 4 });
    takeMany(lanes, lane(), 3);
    expect(running.size).toBe(1);
    await clock.pass(500);
    expect(running.size).toBe(3);
  });

  test("a target that asks to wait is left alone by every lane of its connection, and by no other", async () => {
    const { lanes, clock, lane, running, givenBack, due } = openLanes();
    for (const name of ["a", "b"]) lanes.configure(lane(name), { connectionId: "slack", concurrency: 1 });
    lanes.configure(lane("c"), { connectionId: "other" });
    const [, second] = takeMany(lanes, lane("a"), 2);
    lanes.pauseScope("slack", clock.nowMs() + 30_000);
    expect(givenBack).toEqual([second]);
    expect(lanes.reserve(lane("b"))).toBe(false);
    expect(lanes.reserve(lane("c"))).toBe(true);
    expect(running.size).toBe(1);
    lanes.wait(lane("b"), 0);
    await clock.pass(29_999);
    expect(due).toEqual([]);
    await clock.pass(1);
    expect(due).toContain(lane("b"));
  });
});

describe("breaker", () => {
  async function openBreaker(parts: ReturnType<typeof openLanes>) {
    for (let count = 0; count < 9; count += 1) {
      const one = delivery();
      parts.lanes.take(parts.lane(), one);
      await parts.end(one, "failure");
    }
    const [last, ...waiting] = takeMany(parts.lanes, parts.lane(), 6);
    return { changes: await parts.end(last!, "failure"), waiting };
  }

  test("ten failures open it: what waits in hand goes back, and nothing more is taken", async () => {
    const parts = openLanes();
    const { changes, waiting } = await openBreaker(parts);
    expect(changes).toMatchObject([{ kind: "opened", failures: 10 }]);
    expect(parts.givenBack).toEqual(waiting.slice(3));
    expect(parts.lanes.reserve(parts.lane())).toBe(false);
    expect(parts.lanes.breakerOf("sub")).toMatchObject({ state: "open" });
    expect(parts.lanes.takeBreakerWrites()).toMatchObject([
      { subscriptionId: "sub", snapshot: { state: "open" } },
    ]);
    expect(parts.lanes.takeBreakerWrites()).toEqual([]);
  });

  test("one probe at a time; its success closes it and the lane begins gently", async () => {
    const parts = openLanes();
    const { lanes, lane, clock, end, due, running } = parts;
    const { waiting } = await openBreaker(parts);
    for (const each of waiting.slice(0, 3)) await end(each, "failure");
    due.length = 0;
    await clock.pass(4_999);
    expect(due).toEqual([]);
    await clock.pass(1);
    expect(due).toEqual([lane()]);
    expect(lanes.dueLanes(100)).toEqual([{ lane: lane(), room: 1 }]);
    const [probe] = takeMany(lanes, lane(), 1);
    expect(lanes.isProbe(probe!)).toBe(true);
    expect(lanes.room(lane())).toBe(0);
    expect(await end(probe!, "success")).toMatchObject([{ kind: "closed" }]);
    running.clear();
    takeMany(lanes, lane(), 5);
    expect(running.size).toBe(1);
  });

  test("a probe that was never recorded does not block the next one", async () => {
    const parts = openLanes();
    const { lanes, lane, clock, due, running, end } = parts;
    const { waiting } = await openBreaker(parts);
    for (const each of waiting.slice(0, 3)) await end(each, "failure");
    await clock.pass(5_000);
    const [probe] = takeMany(lanes, lane(), 1);
    running.get(probe!.deliveryId)!();
    await settle();
    lanes.letGo(probe!);
    due.length = 0;
    await clock.pass(6_000);
    expect(due).toEqual([lane()]);
  });

  test("it is open again after a restart, until its probe is due", async () => {
    const before = openLanes();
    await openBreaker(before);
    const [write] = before.lanes.takeBreakerWrites();
    const { lanes, clock, lane, due } = openLanes();
    lanes.restoreBreaker(write!);
    lanes.wait(lane(), 0);
    expect(due).toEqual([]);
    await clock.pass(5_000);
    expect(due).toEqual([lane()]);
  });

  test("a person who resumes the target begins anew", async () => {
    const parts = openLanes();
    await openBreaker(parts);
    parts.lanes.resetBreaker("sub");
    expect(parts.lanes.breakerOf("sub")).toMatchObject({ state: "closed", consecutiveFailures: 0 });
  });
});
