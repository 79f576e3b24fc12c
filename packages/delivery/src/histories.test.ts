/** Random histories of outcomes, time, pauses and restarts: whatever happens, every delivery ends or has a due time. */
import type { Outcome, Repeat } from "@stellwerk/connector-kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DELIVERY_STATES, findTransition, isFinal, TRANSITIONS, type DeliveryEvent } from "./index.ts";
import {
  isBehind,
  seededRandom,
  SimulatedClock,
  SimulatedDispatcher,
  type SimulatedDelivery,
  type SimulatedSubscription,
} from "./testing/index.ts";

const failed = { reason: "http_status", detail: "503" };
const ANSWERS: Readonly<Record<string, { readonly afterMs: number; readonly outcome: Outcome }>> = {
  works: { afterMs: 20, outcome: { kind: "delivered", summary: { en: "Sent" } } },
  refuses: { afterMs: 1, outcome: { kind: "retry", reason: "refused", detail: "refused" } },
  errs: { afterMs: 30, outcome: { kind: "in_doubt", ...failed } },
  hangs: { afterMs: 15_000, outcome: { kind: "in_doubt", reason: "timeout", detail: "no answer" } },
  limits: {
    afterMs: 5,
    outcome: { kind: "rate_limited", reason: "rate_limited", detail: "429", afterMs: 7_000 },
  },
  rejects: { afterMs: 5, outcome: { kind: "rejected", ...failed } },
  is_gone: { afterMs: 5, outcome: { kind: "rejected", reason: "gone", detail: "410", stop: "subscription" } },
  is_wrong: { afterMs: 5, outcome: { kind: "misconfigured", reason: "misconfigured", detail: "no channel" } },
};

const REPEATS: readonly Repeat[] = [
  { kind: "key", because: "x" },
  { kind: "never", inDoubt: "hold" },
  { kind: "never", inDoubt: "resend" },
];

interface Target extends SimulatedSubscription {
  does: string;
}

function makeTargets(): Target[] {
  return Array.from({ length: 6 }, (_, index): Target => ({
    subscriptionId: `s${index}`,
    accountId: `a${index % 3}`,
    settings: {
      connectionId: `c${index % 2}`,
      ...(index === 1 ? { perSecond: 0.5 } : {}),
      ...(index === 2 ? { concurrency: 2 } : {}),
    },
    scheduleMs: [1_000, 60_000, 600_000],
    repeat: REPEATS[index % 3]!,
    // Those with an even number, over one connection; one of them blocks.
    ordered: index % 2 === 0,
    blocks: index === 4,
    does: "works",
    answer() {
      return ANSWERS[this.does]!;
    },
  }));
}

const target = fc.nat({ max: 5 });
const step = fc.oneof(
  fc.record({
    do: fc.constant("add" as const),
    target,
    count: fc.integer({ min: 1, max: 60 }),
    inStore: fc.boolean(),
    subjects: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 30, 700, 6_000, 90_000, 3_600_000) }),
  fc.record({ do: fc.constant("behave" as const), target, as: fc.constantFrom(...Object.keys(ANSWERS)) }),
  fc.record({ do: fc.constant("pause" as const), target }),
  fc.record({ do: fc.constant("resume" as const), target }),
  fc.record({ do: fc.constant("restart" as const) }),
);

/** What waits in the store has a time at which it is looked at again, unless somebody paused it. */
function expectNothingStuck(dispatcher: SimulatedDispatcher, deliveries: readonly SimulatedDelivery[]) {
  const inHand = new Set(dispatcher.lanes.inHand());
  for (const delivery of deliveries) {
    const { state, deliveryId, subscription } = delivery;
    if (state !== "queued" || inHand.has(deliveryId) || dispatcher.isPaused(subscription)) continue;
    if (isBehind(delivery)) continue;
    const lane = [...dispatcher.lanes.all()].find(
      (each) => each.subscriptionId === subscription.subscriptionId,
    );
    expect(lane?.dueAtMs).toBeDefined();
  }
}

function expectWithinCaps(dispatcher: SimulatedDispatcher) {
  expect(dispatcher.running).toBeLessThanOrEqual(1_024);
  for (const lane of dispatcher.lanes.all()) {
    expect(lane.running).toBeLessThanOrEqual(lane.settings.concurrency ?? 32);
    expect(lane.inHand.size).toBeLessThanOrEqual(256);
    const besideProbe = lane.memory.breaker?.state === "half-open" ? lane.waiting.length : 0;
    expect(besideProbe).toBe(0);
  }
}

/** Held, and the first of its subject. */
function isBlocking(delivery: SimulatedDelivery): boolean {
  return delivery.state === "held" && delivery.order !== undefined && !isBehind(delivery);
}

test("every path ends or has a due time, nothing runs twice at a time, no cap is exceeded", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(), async (steps, seed) => {
      const clock = new SimulatedClock();
      const targets = makeTargets();
      const dispatcher = new SimulatedDispatcher({ clock, random: seededRandom(seed) });
      const deliveries: SimulatedDelivery[] = [];
      for (const each of steps) {
        if (each.do === "add") {
          for (let count = 0; count < each.count; count += 1) {
            const subject = `website/${count % each.subjects}`;
            deliveries.push(dispatcher.add(targets[each.target]!, { inStore: each.inStore, subject }));
          }
        } else if (each.do === "pass") await clock.pass(each.ms);
        else if (each.do === "behave") targets[each.target]!.does = each.as;
        else if (each.do === "pause") dispatcher.pause(targets[each.target]!);
        else if (each.do === "resume") dispatcher.resume(targets[each.target]!);
        else dispatcher.restart();
        expectWithinCaps(dispatcher);
        // What was given back is on its way to the store.
        await clock.pass(20);
        expectNothingStuck(dispatcher, deliveries);
      }
      // In the end everything is mended and, when no old answer can pause it again, resumed: then everything ends.
      for (const each of targets) each.does = "works";
      await clock.pass(60_000);
      for (const each of targets) dispatcher.resume(each);
      await clock.pass(2 * 3_600_000);
      // What is held blocks its subject until somebody settles it, and nothing else waits.
      for (let held: SimulatedDelivery | undefined; (held = deliveries.find(isBlocking)) !== undefined;) {
        dispatcher.drop(held);
        await clock.pass(3_600_000);
        for (const each of targets) dispatcher.resume(each);
      }
      for (const { state, order } of deliveries) {
        expect(isFinal(state) || (state === "held" && order === undefined)).toBe(true);
      }
      expect(dispatcher.lanes.inHand()).toEqual([]);
      expect(dispatcher.inHand).toBe(0);
      expect([...dispatcher.lanes.all()]).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 30_000);

test("a target that never works again is stopped after five days, and nothing of it was lost or failed meanwhile", async () => {
  const clock = new SimulatedClock();
  const [first] = makeTargets();
  const dead = { ...first!, scheduleMs: undefined, does: "refuses" };
  const told: string[] = [];
  const dispatcher = new SimulatedDispatcher({
    clock,
    random: seededRandom(3),
    onChange: (_, change) => told.push(change.kind),
  });
  const deliveries = Array.from({ length: 500 }, () => dispatcher.add(dead, { inStore: true }));
  await clock.pass(6 * 86_400_000);
  expect(told).toEqual(["opened", "warning", "warning", "warning", "stop"]);
  expect(dispatcher.isPaused(dead)).toBe(true);
  expect(deliveries.filter((each) => each.state !== "queued")).toEqual([]);
  dead.does = "works";
  dispatcher.resume(dead);
  await clock.pass(60_000);
  expect(deliveries.filter((each) => each.state !== "delivered" && each.attempts < 2)).toEqual([]);
});

test("no state is a trap: from every one that is not final an end can be reached, and from a final one nothing follows", () => {
  const events = new Set<DeliveryEvent>(TRANSITIONS.map((each) => each.event));
  for (const from of DELIVERY_STATES) {
    const next = [...events].map((event) => findTransition(from, event)?.to).filter((to) => to !== undefined);
    const endsNext = next.some((to) => isFinal(to));
    expect({ from, follows: next.length > 0, endsNext }).toEqual({
      from,
      follows: !isFinal(from),
      endsNext: !isFinal(from),
    });
  }
  expect(new Set(TRANSITIONS.map((each) => `${each.from} ${each.event}`)).size).toBe(TRANSITIONS.length);
  expect(TRANSITIONS.filter((each) => each.reason === "cleared").map((each) => each.to)).toEqual([
    "delivered",
  ]);
});
