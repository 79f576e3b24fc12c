/**
 * A dispatcher without a world: the real lanes, breakers, schedule and decisions over a store in memory and targets
 * that are functions. It claims, runs and records as the real one does, in simulated time, and checks as it goes that
 * every delivery only does what the table of transitions allows and runs once at a time.
 */
import type { Outcome, Repeat } from "@stellwerk/connector-kit";
import type { BreakerChange } from "../breaker.ts";
import { blockSubject } from "../block-subject.ts";
import { decide, type Decision } from "../decide.ts";
import { laneResultOf } from "../lane-result.ts";
import type { Lane, LaneDelivery, LaneSettings } from "../lane.ts";
import { Lanes } from "../lanes.ts";
import { DEFAULT_SCHEDULE_MS } from "../retry-schedule.ts";
import type { DeliveryState } from "../states.ts";
import { TimeHeap } from "../time-heap.ts";
import { findTransition, follow, type DeliveryEvent } from "../transitions.ts";
import type { SimulatedClock } from "./simulated-clock.ts";

export interface SimulatedDelivery extends LaneDelivery {
  readonly subscription: SimulatedSubscription;
  readonly createdAtMs: number;
  state: DeliveryState;
  reason: string | null;
  attempts: number;
  /** When its first attempt began. */
  startedAtMs: number | undefined;
  /** Undefined: in no order. */
  readonly order: SubjectOrder | undefined;
}

/** A subject's deliveries that have not ended, in bus order: only the first may run. */
interface SubjectOrder {
  readonly waiting: SimulatedDelivery[];
}

export interface SimulatedSubscription {
  readonly subscriptionId: string;
  readonly accountId: string;
  readonly settings: LaneSettings;
  readonly scheduleMs?: readonly number[];
  readonly repeat?: Repeat;
  /** One of a subject at a time, over all ordered ones of its connection. */
  readonly ordered?: boolean;
  /** What is given up is held instead. */
  readonly blocks?: boolean;
  /** What its target does with an attempt that begins now. */
  answer(nowMs: number): { readonly afterMs: number; readonly outcome: Outcome };
}

/** A subscription's rows in the store, by when they are due. */
interface Rows {
  readonly waiting: TimeHeap<SimulatedDelivery>;
  paused: boolean;
  resumedAtMs: number | undefined;
}

export interface SimulationOptions {
  readonly clock: SimulatedClock;
  readonly random: () => number;
  readonly onChange?: (subscription: SimulatedSubscription, change: BreakerChange) => void;
  readonly onStart?: (delivery: SimulatedDelivery) => void;
  readonly onEnd?: (delivery: SimulatedDelivery) => void;
}

const CLAIM_MS = 2;
const CLAIM_AT_ONCE = 1_000;
/** Between an attempt's end and its outcome's commit. */
const RECORD_MS = 10;
const BODY = { length: 1_000 };
const KEY: Repeat = { kind: "key", because: "the receiver drops what it has seen" };

export class SimulatedDispatcher {
  readonly #options: SimulationOptions;
  readonly #rows = new Map<string, Rows>();
  readonly #subscriptions = new Map<string, SimulatedSubscription>();
  readonly #running = new Set<SimulatedDelivery>();
  /** By connection and subject. */
  readonly #orders = new Map<string, SubjectOrder>();
  lanes: Lanes<SimulatedDelivery>;
  #claimPlanned = false;
  #made = 0;
  /** What is of an earlier start of the process is dropped. */
  #life = 0;
  inHand = 0;
  mostInHand = 0;
  mostRunning = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.lanes = this.#openLanes();
  }

  get running(): number {
    return this.#running.size;
  }

  /** A delivery that is made now, or that has waited since before. */
  add(
    subscription: SimulatedSubscription,
    options: { readonly inStore?: boolean; readonly subject?: string } = {},
  ): SimulatedDelivery {
    this.#made += 1;
    const nowMs = this.#options.clock.nowMs();
    const delivery: SimulatedDelivery = {
      deliveryId: `d${this.#made}`,
      subscriptionId: subscription.subscriptionId,
      subscription,
      createdAtMs: nowMs,
      state: "queued",
      reason: null,
      attempts: 0,
      startedAtMs: undefined,
      order: this.#orderOf(subscription, options.subject),
      event: { body: BODY },
    };
    const rows = this.#rowsOf(subscription);
    const lane = this.#laneOf(subscription);
    delivery.order?.waiting.push(delivery);
    // Whoever ends the one before it lets it go on.
    if (isBehind(delivery)) return delivery;
    if (options.inStore !== true && !rows.paused && this.lanes.reserve(lane)) {
      this.#take(lane, delivery);
      this.lanes.cancelReservation(lane);
    } else {
      this.#store(delivery, nowMs);
    }
    return delivery;
  }

  pause(subscription: SimulatedSubscription): void {
    this.#rowsOf(subscription).paused = true;
    this.#configure(subscription);
  }

  resume(subscription: SimulatedSubscription): void {
    const rows = this.#rowsOf(subscription);
    if (!rows.paused) return;
    rows.paused = false;
    rows.resumedAtMs = this.#options.clock.nowMs();
    this.lanes.resetBreaker(subscription.subscriptionId);
    this.#configure(subscription);
  }

  isPaused(subscription: SimulatedSubscription): boolean {
    return this.#rowsOf(subscription).paused;
  }

  /** The process is killed and starts again: what was in hand waits again, breakers are as they were kept. */
  restart(): void {
    const kept = [...this.#subscriptions.values()].flatMap((subscription) => {
      const snapshot = this.lanes.breakerOf(subscription.subscriptionId);
      return snapshot === undefined ? [] : [{ ...subscription, partition: 0, snapshot }];
    });
    const inHand = [...this.lanes.all()].flatMap((lane) => [...lane.inHand.values()]);
    this.lanes.stop();
    this.#life += 1;
    this.#running.clear();
    this.inHand = 0;
    this.lanes = this.#openLanes();
    for (const { partition, accountId, subscriptionId, snapshot } of kept) {
      this.lanes.restoreBreaker({ partition, accountId, subscriptionId, snapshot });
    }
    const nowMs = this.#options.clock.nowMs();
    for (const delivery of inHand) {
      if (delivery.state === "sending") this.#move(delivery, "release");
      if (delivery.state === "queued") this.#rowsOf(delivery.subscription).waiting.push(nowMs, delivery);
    }
    for (const [subscriptionId, rows] of this.#rows) {
      const subscription = this.#subscriptions.get(subscriptionId);
      const atMs = rows.waiting.nextAtMs;
      if (subscription !== undefined && atMs !== undefined) {
        this.lanes.wait(this.#laneOf(subscription), Math.max(0, atMs - nowMs));
      }
    }
  }

  #openLanes(): Lanes<SimulatedDelivery> {
    return new Lanes<SimulatedDelivery>({
      clock: this.#options.clock,
      random: this.#options.random,
      run: (delivery) => this.#run(delivery),
      onDue: () => this.#planClaim(),
      onGiveBack: (deliveries) => this.#giveBack(deliveries),
      settingsOf: (_, subscriptionId) => {
        const subscription = this.#subscriptions.get(subscriptionId);
        return subscription && this.#settingsOf(subscription);
      },
    });
  }

  #planClaim(): void {
    if (this.#claimPlanned) return;
    this.#claimPlanned = true;
    this.#options.clock.setTimer(CLAIM_MS, () => {
      this.#claimPlanned = false;
      this.#claim();
    });
  }

  #claim(): void {
    const nowMs = this.#options.clock.nowMs();
    const shares = this.lanes.dueLanes(CLAIM_AT_ONCE);
    for (const { lane, room } of shares) {
      const { waiting } = this.#rows.get(lane.subscriptionId) ?? {
        waiting: new TimeHeap<SimulatedDelivery>(),
      };
      let taken = 0;
      for (; taken < room; taken += 1) {
        const delivery = waiting.popDue(nowMs);
        if (delivery === undefined) break;
        this.#take(lane, delivery);
      }
      if (taken === room) continue;
      this.lanes.clearDue(lane);
      if (waiting.nextAtMs !== undefined) {
        const again = this.lanes.lane(lane.partition, lane.accountId, lane.subscriptionId);
        this.lanes.wait(again, Math.max(0, waiting.nextAtMs - nowMs));
      }
    }
    if (shares.length > 0) this.#planClaim();
  }

  #take(lane: Lane<SimulatedDelivery>, delivery: SimulatedDelivery): void {
    this.inHand += 1;
    this.mostInHand = Math.max(this.mostInHand, this.inHand);
    this.lanes.take(lane, delivery);
  }

  #run(delivery: SimulatedDelivery): Promise<void> {
    if (this.#running.has(delivery)) throw new Error(`${delivery.deliveryId} runs twice at a time`);
    if (isBehind(delivery)) throw new Error(`${delivery.deliveryId} runs before another one of its subject`);
    this.#running.add(delivery);
    this.mostRunning = Math.max(this.mostRunning, this.#running.size);
    this.#move(delivery, "start");
    const { clock, onStart } = this.#options;
    delivery.startedAtMs ??= clock.nowMs();
    onStart?.(delivery);
    const { afterMs, outcome } = delivery.subscription.answer(clock.nowMs());
    const life = this.#life;
    return new Promise((resolve) => {
      clock.setTimer(afterMs, () => {
        if (life === this.#life) this.#finish(delivery, outcome);
        resolve();
      });
    });
  }

  #finish(delivery: SimulatedDelivery, outcome: Outcome): void {
    const { subscription } = delivery;
    const { clock, random, onChange } = this.#options;
    const nowMs = clock.nowMs();
    const { resumedAtMs } = this.#rowsOf(subscription);
    const decided = decide(outcome, {
      attempts: delivery.attempts + 1,
      scheduleMs: subscription.scheduleMs ?? DEFAULT_SCHEDULE_MS,
      repeat: subscription.repeat ?? KEY,
      ageMs: nowMs - delivery.createdAtMs,
      sinceResumeMs: resumedAtMs === undefined ? undefined : nowMs - resumedAtMs,
      probe: this.lanes.isProbe(delivery),
      random,
    });
    const decision =
      delivery.order !== undefined && subscription.blocks === true ? blockSubject(decided) : decided;
    this.#running.delete(delivery);
    const lane = this.#laneOf(subscription);
    for (const change of this.lanes.record(lane, delivery, laneResultOf(outcome))) {
      onChange?.(subscription, change);
      if (change.kind === "stop") this.pause(subscription);
    }
    const life = this.#life;
    clock.setTimer(RECORD_MS, () => {
      if (life === this.#life) this.#record(delivery, decision);
    });
  }

  #record(delivery: SimulatedDelivery, decision: Decision): void {
    const { subscription } = delivery;
    const nowMs = this.#options.clock.nowMs();
    const counts = decision.kind !== "retry" ? decision.kind !== "pause" : decision.countsAttempt;
    if (counts) delivery.attempts += 1;
    delivery.reason = decision.reason;
    this.inHand -= 1;
    switch (decision.kind) {
      case "finish":
        this.#move(delivery, EVENT_OF[decision.state]);
        if (decision.stop !== undefined) this.pause(subscription);
        this.#options.onEnd?.(delivery);
        this.#promoteNext(delivery);
        break;
      case "hold":
        this.#move(delivery, "hold");
        if (decision.stop !== undefined) this.pause(subscription);
        this.#options.onEnd?.(delivery);
        break;
      case "pause":
        // Held because its target is; it waits in the store like the others.
        this.pause(subscription);
        this.#move(delivery, "release");
        this.#store(delivery, nowMs);
        break;
      case "retry": {
        this.#move(delivery, "retry");
        const { pauseScopeMs, pauseScope } = decision;
        const scope = pauseScope === "subscription" ? undefined : subscription.settings.connectionId;
        if (pauseScopeMs !== undefined) {
          this.lanes.pauseScope(scope ?? subscription.subscriptionId, nowMs + pauseScopeMs);
        }
        this.#store(delivery, nowMs + decision.afterMs);
      }
    }
    this.lanes.letGo(delivery);
  }

  #giveBack(deliveries: readonly SimulatedDelivery[]): void {
    this.inHand -= deliveries.length;
    const nowMs = this.#options.clock.nowMs();
    const life = this.#life;
    // Its release is committed a little later.
    for (const each of deliveries) {
      if (each.state !== "queued")
        throw new Error(`${each.deliveryId} was given back while it was ${each.state}`);
    }
    this.#options.clock.setTimer(RECORD_MS, () => {
      if (life === this.#life) for (const each of deliveries) this.#store(each, nowMs);
      else for (const each of deliveries) this.#store(each, this.#options.clock.nowMs());
    });
  }

  /** With the commit of the outcome, as in the store. */
  #promoteNext({ order }: SimulatedDelivery): void {
    order?.waiting.shift();
    const next = order?.waiting[0];
    if (next !== undefined) this.#store(next, this.#options.clock.nowMs());
  }

  /** A person drops one that is held. */
  drop(delivery: SimulatedDelivery): void {
    this.#move(delivery, "drop");
    this.#promoteNext(delivery);
  }

  #orderOf(
    { ordered, settings }: SimulatedSubscription,
    subject: string | undefined,
  ): SubjectOrder | undefined {
    if (ordered !== true || subject === undefined) return undefined;
    const key = `${settings.connectionId} ${subject}`;
    const order = this.#orders.get(key) ?? { waiting: [] };
    this.#orders.set(key, order);
    return order;
  }

  #store(delivery: SimulatedDelivery, dueAtMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    this.#rowsOf(delivery.subscription).waiting.push(dueAtMs, delivery);
    this.lanes.wait(this.#laneOf(delivery.subscription), Math.max(0, dueAtMs - nowMs));
  }

  #move(delivery: SimulatedDelivery, event: DeliveryEvent): void {
    const rule = findTransition(delivery.state, event)?.reason;
    if (rule === "required" && delivery.reason === null) throw new Error(`${event} brought no reason`);
    delivery.state = follow(delivery.state, event);
    if (rule === "cleared") delivery.reason = null;
  }

  #laneOf({ accountId, subscriptionId }: SimulatedSubscription): Lane<SimulatedDelivery> {
    return this.lanes.lane(0, accountId, subscriptionId);
  }

  #configure(subscription: SimulatedSubscription): void {
    this.lanes.configure(this.#laneOf(subscription), this.#settingsOf(subscription));
  }

  #settingsOf(subscription: SimulatedSubscription): LaneSettings {
    return { ...subscription.settings, paused: this.#rowsOf(subscription).paused };
  }

  #rowsOf(subscription: SimulatedSubscription): Rows {
    let rows = this.#rows.get(subscription.subscriptionId);
    if (rows === undefined) {
      rows = { waiting: new TimeHeap(), paused: false, resumedAtMs: undefined };
      this.#rows.set(subscription.subscriptionId, rows);
      this.#subscriptions.set(subscription.subscriptionId, subscription);
    }
    return rows;
  }
}

const EVENT_OF = { delivered: "deliver", skipped: "skip", dead: "reject" } as const;

/** It waits for another one of its subject. */
export function isBehind(delivery: SimulatedDelivery): boolean {
  return delivery.order !== undefined && delivery.order.waiting[0] !== delivery;
}
