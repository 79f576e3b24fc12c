/**
 * Lanes: one subscription's share of the dispatcher. A lane that is full, paused or broken keeps its backlog in the
 * store, not in memory, and costs the others nothing. What is scarce goes in turn over accounts, then over their
 * lanes. Numbers and reasons: docs/decisions/0011.
 */
import type { BreakerChange, BreakerSnapshot } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import { FairQueue } from "./fair-queue.ts";
import { InHand } from "./in-hand.ts";
import { growLimit, mayRunMore, RAMP_UP_LIMIT } from "./lane-capacity.ts";
import { keepRates, type Evidence, type LaneMemory } from "./lane-memory.ts";
import type { LaneResult } from "./lane-result.ts";
import type { LanesOptions } from "./lanes-options.ts";
import { makeLane, type Lane, type LaneDelivery, type LaneSettings } from "./lane.ts";
import { ScopePauses } from "./scope-pauses.ts";
import { shareOut, type Share } from "./share-out.ts";
import { Slots } from "./slots.ts";
import { StarvedLanes } from "./starved-lanes.ts";
import { TargetHealth, type BreakerWrite } from "./target-health.ts";
import { WakeUps } from "./wake-ups.ts";

/** A claimed delivery waits at most so long for a token or the end of a pause; for longer it goes back to the store. */
const LONGEST_HOLD_MS = 1_000;
export class Lanes<D extends LaneDelivery = LaneDelivery> {
  readonly #options: LanesOptions<D>;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane<D>>();
  readonly #health: TargetHealth;
  readonly #slots = new Slots();
  readonly #scopes = new ScopePauses<Lane<D>>();
  readonly #inHand = new InHand<D>();
  readonly #wakeUps: WakeUps<Lane<D>>;
  /** Due in the store, with room. */
  readonly #ready = new FairQueue<Lane<D>>();
  readonly #starved = new StarvedLanes<D>();
  #stopped = false;
  #onDrained: (() => void) | undefined;
  /** Who waits for a partition to have no lanes any more. */
  readonly #leaving = new Map<number, (() => void)[]>();

  constructor(options: LanesOptions<D>) {
    this.#options = options;
    this.#clock = options.clock;
    this.#health = new TargetHealth({ ...options, options: options.breaker });
    this.#wakeUps = new WakeUps(options.clock, (lane) => this.#look(lane));
  }

  lane(partition: number, accountId: string, subscriptionId: string): Lane<D> {
    let lane = this.#lanes.get(subscriptionId);
    if (lane === undefined) {
      const place = { partition, accountId, subscriptionId };
      lane = makeLane<D>(place, this.#health.recall(place));
      this.#lanes.set(subscriptionId, lane);
      const options = this.#options;
      // Not those of when it was last busy, where there is somebody to ask: it may have been resumed since.
      const settings = options.settingsOf
        ? options.settingsOf(accountId, subscriptionId)
        : lane.memory.settings;
      this.#apply(lane, settings ?? {});
    }
    return lane;
  }

  all(): Iterable<Lane<D>> {
    return this.#lanes.values();
  }

  /** Undefined: it has nothing in hand and nothing due. */
  find(subscriptionId: string): Lane<D> | undefined {
    return this.#lanes.get(subscriptionId);
  }

  /** Takes over all settings: what is missing has its default. */
  configure(lane: Lane<D>, settings: LaneSettings): void {
    this.#apply(lane, settings);
    if (settings.paused === true) this.#giveBack(lane);
    this.#look(lane);
    this.#dropIfIdle(lane);
  }

  /** How many more deliveries the lane may take in hand. */
  room(lane: Lane<D>): number {
    if (!this.#isOpen(lane) || lane.settings.paused === true) return 0;
    const nowMs = this.#clock.nowMs();
    const gateAtMs = this.#gateAtMs(lane, nowMs);
    if (gateAtMs > nowMs + LONGEST_HOLD_MS) return 0;
    const room = this.#inHand.room(lane);
    if (isClosed(lane)) return room;
    // One probe at a time, when it is time for one.
    return gateAtMs <= nowMs && lane.inHand.size + lane.reserved === 0 ? Math.min(1, room) : 0;
  }

  /** Bytes of event bodies that may still be taken in hand. */
  bodyRoom(): number {
    return this.#inHand.bodyRoom();
  }

  laneBodyRoom(lane: Lane<D>): number {
    return this.#inHand.laneBodyRoom(lane);
  }

  /** Keeps a place for a delivery that may run at once: nothing older of its lane waits in the store. */
  reserve(lane: Lane<D>): boolean {
    if (lane.dueAtMs !== undefined && lane.dueAtMs <= this.#clock.nowMs()) return false;
    if (this.room(lane) <= 0) return false;
    this.#adopt(lane);
    this.#inHand.reserve(lane, 1);
    return true;
  }

  cancelReservation(lane: Lane<D>): void {
    const wasFull = this.#inHand.isFull;
    this.#inHand.reserve(lane, -1);
    if (wasFull) this.#offerRoom();
    this.#dropIfIdle(lane);
  }

  /** Takes a claimed delivery in hand. */
  take(lane: Lane<D>, delivery: D): void {
    this.#adopt(lane);
    this.#inHand.add(lane, delivery);
    lane.waiting.push(delivery);
    this.#start(lane);
  }

  /** Something of this lane waits in the store and is due in `dueInMs`. */
  wait(lane: Lane<D>, dueInMs: number): void {
    // Its next owner finds it.
    if (this.#options.isOpen?.(lane.partition) === false) return this.clearDue(lane);
    const dueAtMs = this.#clock.nowMs() + dueInMs;
    this.#adopt(lane);
    if (lane.dueAtMs === undefined || dueAtMs < lane.dueAtMs) {
      lane.dueAtMs = dueAtMs;
      this.#look(lane);
    }
  }

  /** Nothing of this lane waits in the store. */
  clearDue(lane: Lane<D>): void {
    lane.dueAtMs = undefined;
    this.#ready.delete(lane);
    this.#dropIfIdle(lane);
  }

  /** What to claim now, at most `max`: in turn over accounts, then over their lanes. */
  dueLanes(max: number): Share<Lane<D>>[] {
    // All places are taken: the lanes keep their turn.
    if (this.#inHand.isFull) return [];
    return this.#inHand.sharing((promise) =>
      shareOut(this.#ready, max, (lane) => {
        const room = this.room(lane);
        promise(Math.min(room, max));
        return room;
      }),
    );
  }

  /** The delivery is recorded, or no longer ours. */
  letGo(delivery: D): void {
    const lane = this.#lanes.get(delivery.subscriptionId);
    if (lane?.inHand.get(delivery.deliveryId) !== delivery) return;
    const wasFull = this.#inHand.isFull;
    this.#inHand.remove(lane, delivery);
    if (wasFull) this.#offerRoom();
    if (lane.dueAtMs !== undefined && this.#inHand.isHalfFree(lane)) this.#look(lane);
    this.#dropIfIdle(lane);
  }

  /** Is this running delivery the one try of an open breaker? Asked before `record`. */
  isProbe(delivery: D): boolean {
    return this.#lanes.get(delivery.subscriptionId)?.probe === delivery.deliveryId;
  }

  /** What an attempt said about the lane's target; called before `run` resolves. Answers what is to be told. */
  record(lane: Lane<D>, delivery: D, result: LaneResult): readonly BreakerChange[] {
    const { memory } = lane;
    const isProbe = lane.probe === delivery.deliveryId;
    if (isProbe) lane.probe = undefined;
    const wasClosed = isClosed(lane);
    const changes = this.#health.record(memory, result, isProbe);
    if (result === "success") growLimit(lane);
    if (wasClosed && isClosed(lane)) return changes;
    if (wasClosed !== isClosed(lane)) memory.limit = RAMP_UP_LIMIT;
    if (!isClosed(lane)) this.#giveBack(lane);
    this.#look(lane);
    return changes;
  }

  /** A breaker as it was kept over a restart. */
  restoreBreaker({ snapshot, ...place }: BreakerWrite): void {
    const lane = this.#lanes.get(place.subscriptionId);
    const memory = lane?.memory ?? this.#health.recall(place);
    this.#health.restore(memory, snapshot);
    if (lane === undefined) this.#health.keep(memory);
    else this.#look(lane);
  }

  /** For people; undefined: the target has not failed lately. */
  breakerOf(subscriptionId: string): BreakerSnapshot | undefined {
    return this.#memoryOf(subscriptionId)?.breaker?.snapshot();
  }

  /** A person looked after the target: as if it had never failed. */
  resetBreaker(subscriptionId: string): void {
    const memory = this.#memoryOf(subscriptionId);
    if (memory === undefined) return;
    this.#health.reset(memory);
    const lane = this.#lanes.get(subscriptionId);
    if (lane === undefined) return this.#health.keep(memory);
    lane.probe = undefined;
    this.#look(lane);
  }

  /** Breakers that are to be written: each change is answered once. */
  takeBreakerWrites(): BreakerWrite[] {
    return this.#health.takeWrites();
  }

  /** Nothing of this scope, a connection's or a subscription's id, starts before `untilMs` (monotonic clock). */
  pauseScope(scopeKey: string, untilMs: number): void {
    const nowMs = this.#clock.nowMs();
    if (!this.#scopes.pause(scopeKey, untilMs, nowMs)) return;
    const own = this.#lanes.get(scopeKey);
    for (const lane of own === undefined ? this.#scopes.lanesOver(scopeKey) : [own]) {
      if (untilMs > nowMs + LONGEST_HOLD_MS) this.#giveBack(lane);
      this.#look(lane);
    }
  }

  /** Ids of everything in hand. */
  inHand(): string[] {
    return [...this.#lanes.values()].flatMap((lane) => [...lane.inHand.keys()]);
  }

  /** A partition was closed: what was not started is given back. Resolves when nothing of it is in hand any more. */
  async leave(partition: number): Promise<void> {
    for (const lane of this.#lanesOf(partition)) {
      this.#giveBack(lane);
      this.clearDue(lane);
    }
    if (!this.#isBusy(partition)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#leaving.set(partition, [...(this.#leaving.get(partition) ?? []), resolve]);
    await promise;
  }

  /** A partition is somebody else's: what was not started is let go, what runs ends by itself. */
  drop(partition: number): void {
    for (const lane of this.#lanesOf(partition)) {
      for (const delivery of lane.waiting.splice(0)) this.letGo(delivery);
      this.clearDue(lane);
    }
    this.forget(partition);
  }

  /** What is remembered of a partition's targets: it will be out of date. */
  forget(partition: number): void {
    this.#health.forget(partition);
  }

  /** Starts nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#wakeUps.stop();
  }

  /** Lets go of what was claimed but never started, and answers it. */
  takeUnstarted(): D[] {
    const unstarted = [...this.#lanes.values()].flatMap((lane) => lane.waiting.splice(0));
    for (const delivery of unstarted) this.letGo(delivery);
    return unstarted;
  }

  #lanesOf(partition: number): Lane<D>[] {
    return [...this.#lanes.values()].filter((lane) => lane.partition === partition);
  }

  #isBusy(partition: number): boolean {
    return this.#lanesOf(partition).some((lane) => lane.inHand.size + lane.running + lane.reserved > 0);
  }

  #isOpen({ partition }: Lane<D>): boolean {
    return !this.#stopped && this.#options.isOpen?.(partition) !== false;
  }

  /** Resolves when no attempt is running any more. */
  drained(): Promise<void> {
    if (this.#slots.running === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onDrained = resolve;
    return promise;
  }

  #apply(lane: Lane<D>, settings: LaneSettings): void {
    keepRates(lane.memory, settings, this.#clock.nowMs());
    this.#scopes.leave(lane);
    lane.settings = settings;
    lane.memory.settings = settings;
    this.#scopes.join(lane);
  }

  /** It was dropped as idle while somebody still had it, and nobody has come in its place. */
  #adopt(lane: Lane<D>): void {
    if (this.#lanes.has(lane.subscriptionId)) return;
    this.#health.recall(lane);
    this.#lanes.set(lane.subscriptionId, lane);
    this.#scopes.join(lane);
  }

  /** Starts what may start, and plans what is to be claimed. */
  #look(lane: Lane<D>): void {
    this.#start(lane);
    this.#plan(lane);
  }

  #plan(lane: Lane<D>): void {
    const { dueAtMs } = lane;
    if (dueAtMs === undefined || lane.settings.paused === true || this.#stopped) {
      this.#ready.delete(lane);
      return;
    }
    const nowMs = this.#clock.nowMs();
    const atMs = Math.max(dueAtMs, this.#gateAtMs(lane, nowMs));
    const isFull = this.#inHand.isFull;
    if (atMs > nowMs || (!isFull && this.room(lane) <= 0)) {
      this.#ready.delete(lane);
      // Without room it is looked at when it lets something go, and at half open when the probe is recorded.
      if (atMs > nowMs && atMs < Number.POSITIVE_INFINITY) this.#wakeUps.at(lane, atMs);
      return;
    }
    this.#ready.add(lane);
    if (!isFull) this.#options.onDue(lane);
  }

  #start(lane: Lane<D>): void {
    this.#starved.leave(lane);
    while (lane.waiting.length > 0 && !this.#stopped) {
      // Claimed when its partition was being left.
      if (!this.#isOpen(lane)) {
        this.#giveBack(lane);
        return this.clearDue(lane);
      }
      const nowMs = this.#clock.nowMs();
      const gateAtMs = this.#gateAtMs(lane, nowMs);
      if (lane.settings.paused === true || gateAtMs > nowMs + LONGEST_HOLD_MS) {
        this.#giveBack(lane);
        this.#plan(lane);
        return;
      }
      if (gateAtMs > nowMs) {
        this.#wakeUps.at(lane, gateAtMs);
        return;
      }
      // The end of one of its own starts the next.
      if (!mayRunMore(lane, nowMs)) return;
      const { evidence } = lane.memory;
      if (!this.#slots.mayStart(lane, evidence)) {
        // One that runs something comes back when that ends; one that does not waits for its turn.
        if (lane.running === 0) this.#starved.add(lane, evidence);
        return;
      }
      this.#run(lane, evidence, nowMs);
    }
  }

  #run(lane: Lane<D>, evidence: Evidence, nowMs: number): void {
    const delivery = lane.waiting.shift();
    if (delivery === undefined) return;
    if (lane.running === 0) lane.busySinceMs = nowMs;
    lane.running += 1;
    this.#slots.take(lane.accountId, evidence);
    lane.memory.bucket?.take(nowMs);
    lane.memory.drain?.take(nowMs);
    if (lane.memory.breaker?.beginProbe() === true) lane.probe = delivery.deliveryId;
    void this.#options.run(delivery).finally(() => this.#ended(lane, delivery, evidence));
  }

  #ended(lane: Lane<D>, delivery: D, evidence: Evidence): void {
    lane.running -= 1;
    this.#slots.giveBack(lane.accountId, evidence);
    if (lane.probe === delivery.deliveryId) {
      // Nothing was recorded of it.
      lane.probe = undefined;
      lane.memory.breaker?.cancelProbe();
      this.#plan(lane);
    }
    if (!this.#stopped) this.#starved.offer(this.#slots, (starved) => this.#start(starved));
    this.#start(lane);
    if (this.#slots.running === 0) this.#onDrained?.();
    this.#dropIfIdle(lane);
  }

  /** Before this nothing of the lane starts: the next probe, the end of a pause, the next token. */
  #gateAtMs(lane: Lane<D>, nowMs: number): number {
    const { breaker, bucket, drain } = lane.memory;
    let atMs = this.#scopes.untilMs(lane);
    if (breaker !== undefined && breaker.state !== "closed") {
      atMs = Math.max(atMs, breaker.probeAtMs ?? Number.POSITIVE_INFINITY);
    }
    if (bucket !== undefined) atMs = Math.max(atMs, bucket.nextAtMs(nowMs));
    if (drain !== undefined) atMs = Math.max(atMs, drain.nextAtMs(nowMs));
    return atMs;
  }

  /** What waits in hand goes back to the store: it would wait there for long. */
  #giveBack(lane: Lane<D>): void {
    if (lane.waiting.length === 0) return;
    const given = lane.waiting.splice(0);
    const wasFull = this.#inHand.isFull;
    for (const delivery of given) this.#inHand.remove(lane, delivery);
    const nowMs = this.#clock.nowMs();
    lane.dueAtMs = Math.min(lane.dueAtMs ?? nowMs, nowMs);
    if (wasFull) this.#offerRoom();
    this.#options.onGiveBack(given);
  }

  /** Everything was taken: the lanes that wait with nothing in hand have nothing else to wake them. */
  #offerRoom(): void {
    if (this.#inHand.isFull || this.#stopped) return;
    const lane = this.#ready.next();
    if (lane !== undefined) this.#options.onDue(lane);
  }

  #memoryOf(subscriptionId: string): LaneMemory | undefined {
    return this.#lanes.get(subscriptionId)?.memory ?? this.#health.find(subscriptionId);
  }

  #noteLeft(partition: number): void {
    const waiting = this.#leaving.get(partition);
    if (waiting === undefined || this.#isBusy(partition)) return;
    this.#leaving.delete(partition);
    for (const resolve of waiting) resolve();
  }

  #dropIfIdle(lane: Lane<D>): void {
    const idle =
      lane.inHand.size === 0 && lane.running === 0 && lane.reserved === 0 && lane.dueAtMs === undefined;
    // Only itself: another one may have been made in its place, with deliveries in hand.
    if (!idle || this.#lanes.get(lane.subscriptionId) !== lane) return;
    this.#lanes.delete(lane.subscriptionId);
    this.#scopes.leave(lane);
    if (this.#options.isOpen?.(lane.partition) !== false) this.#health.keep(lane.memory);
    if (this.#leaving.size > 0) this.#noteLeft(lane.partition);
  }
}

function isClosed<D extends LaneDelivery>({ memory }: Lane<D>): boolean {
  return memory.breaker === undefined || memory.breaker.state === "closed";
}
