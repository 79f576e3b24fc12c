/** Runs an installation in simulated time, from the first event until every delivery has ended or waits for a person. */
import { seededRandom, SimulatedClock, SimulatedDispatcher } from "@stellwerk/delivery/testing";
import type { SimulatedDelivery } from "@stellwerk/delivery/testing";
import { makeInstallation, type InstallationSize, type Subscription } from "./installation.ts";
import { KINDS, type Kind } from "./targets.ts";

export interface InstallationOptions extends InstallationSize {
  readonly seed: number;
  readonly liveDeliveries: number;
  readonly perSecond: number;
  /** Deliveries of the one account that wait at the beginning. */
  readonly backlog: number;
  /** Only what works and has no backlog, to compare with. */
  readonly alone: boolean;
}

export interface InstallationRun {
  /** From being made to the first attempt, in ms, of live deliveries whose target works; in no order. */
  readonly waitsMs: Float64Array;
  /** The same of the first delivery of each lane. */
  readonly firstWaitsMs: Float64Array;
  readonly ends: ReadonlyMap<string, number>;
  /** Not ended, and nobody has to settle it or resume its target. */
  readonly stuck: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly mostInHand: number;
  readonly mostRunning: number;
  readonly mostLanes: number;
  /** Slots held on average while events came in, by what their target does. */
  readonly slots: ReadonlyMap<Kind, number>;
  readonly simulatedMs: number;
}

const DAY_MS = 86_400_000;
/** The schedule's three days, the five until a target is stopped, and some. */
const LONGEST_MS = 9 * DAY_MS;

export async function runInstallation(options: InstallationOptions): Promise<InstallationRun> {
  const clock = new SimulatedClock();
  const made = makeInstallation(options, seededRandom(options.seed));
  const arrivals = seededRandom(options.seed + 1);
  const waitsMs: number[] = [];
  const firstWaitsMs: number[] = [];
  const started = new Set<Subscription>();
  const ends = new Map<string, number>();
  const busyMs = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]));
  const liveMs = (options.liveDeliveries / options.perSecond) * 1_000;
  const all: SimulatedDelivery[] = [];
  let attempts = 0;
  let mostLanes = 0;

  const subscriptions = made.map((subscription): Subscription => ({
    ...subscription,
    answer(nowMs) {
      const answered = subscription.answer(nowMs);
      attempts += 1;
      if (nowMs < liveMs) {
        const { kind } = subscription;
        busyMs.set(kind, (busyMs.get(kind) ?? 0) + Math.min(answered.afterMs, liveMs - nowMs));
      }
      return answered;
    },
  }));
  const byId = new Map(subscriptions.map((each) => [each.subscriptionId, each]));
  const dispatcher = new SimulatedDispatcher({
    clock,
    random: seededRandom(options.seed + 2),
    onStart(delivery) {
      const subscription = byId.get(delivery.subscriptionId);
      if (subscription?.kind !== "healthy" || subscription.hasBacklog || delivery.attempts > 0) return;
      const waitMs = clock.nowMs() - delivery.createdAtMs;
      waitsMs.push(waitMs);
      if (started.has(subscription)) return;
      started.add(subscription);
      firstWaitsMs.push(waitMs);
    },
  });

  if (!options.alone) {
    const backlogged = subscriptions.filter((each) => each.hasBacklog);
    for (let count = 0; count < options.backlog; count += 1) {
      const subscription = backlogged[count % backlogged.length];
      if (subscription !== undefined) all.push(dispatcher.add(subscription, { inStore: true }));
    }
  }
  const live = subscriptions.filter((each) => !each.hasBacklog);
  for (let count = 0; count < options.liveDeliveries; count += 1) {
    await clock.pass((-Math.log(1 - arrivals()) * 1_000) / options.perSecond);
    // Some are far busier than others.
    const subscription = live[Math.floor(arrivals() ** 2 * live.length)];
    if (subscription === undefined || (options.alone && subscription.kind !== "healthy")) continue;
    all.push(dispatcher.add(subscription));
    if (count % 5_000 === 0) mostLanes = Math.max(mostLanes, [...dispatcher.lanes.all()].length);
  }
  await clock.pass(options.alone ? 60_000 : LONGEST_MS);

  let stuck = 0;
  for (const { state, reason, subscription } of all) {
    const waitsForPerson = state === "queued" && dispatcher.isPaused(subscription);
    if (state === "queued" && !waitsForPerson) stuck += 1;
    const end = waitsForPerson
      ? "held (its target was stopped)"
      : `${state}${reason === null ? "" : ` (${reason})`}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return {
    waitsMs: Float64Array.from(waitsMs),
    firstWaitsMs: Float64Array.from(firstWaitsMs),
    ends,
    stuck,
    deliveries: all.length,
    attempts,
    mostInHand: dispatcher.mostInHand,
    mostRunning: dispatcher.mostRunning,
    mostLanes,
    slots: new Map([...busyMs].map(([kind, ms]) => [kind, ms / liveMs])),
    simulatedMs: clock.nowMs(),
  };
}
