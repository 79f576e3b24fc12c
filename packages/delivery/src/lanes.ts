/**
 * Lanes: one subscription's share of the dispatcher. A lane that is full, paused or broken keeps its backlog in the
 * store, not in memory, and costs the others nothing. What is scarce goes in turn over accounts, then over their
 * lanes. Numbers and reasons: docs/decisions/0011.
 */
import type { BreakerChange, BreakerOptions, BreakerSnapshot } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import { FairQueue } from "./fair-queue.ts";
import { capacityOf, growLimit, mayRunMore, RAMP_UP_LIMIT } from "./lane-capacity.ts";
import type { Evidence, LaneMemory } from "./lane-memory.ts";
import type { LaneResult } from "./lane-result.ts";
import { makeLane, type Lane, type LaneDelivery, type LaneSettings } from "./lane.ts";
import { ScopePauses } from "./scope-pauses.ts";
import { shareOut, type Share } from "./share-out.ts";
import { EVIDENCE, Slots } from "./slots.ts";
import { TargetHealth, type BreakerWrite } from "./target-health.ts";
import { TokenBucket } from "./token-bucket.ts";
import { WakeUps } from "./wake-ups.ts";

/** Claimed deliveries over all lanes: their bodies are bounded apart, the rest of them is about 30 MB. */
const ALL_IN_HAND = 16_384;
/** Of them, those kept for lanes that have nothing in hand. */
const IN_HAND_FOR_FIRST = 4_096;
/** Event bodies in hand of one lane, so that a target that hangs over large ones leaves room for the others. */
const LANE_BODY_BYTES = 8 * 1024 * 1024;
/** Event bodies in hand over all lanes. */
const ALL_BODY_BYTES = 64 * 1024 * 1024;
/** A claimed delivery waits at most so long for a token or the end of a pause; for longer it goes back to the store. */
const LONGEST_HOLD_MS = 1_000;
/** Lanes that are asked whether they may have a slot that became free. */
const TRIES = 8;

export interface LanesOptions<D extends LaneDelivery> {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly breaker?: Partial<BreakerOptions> | undefined;
  /** Runs one delivery and calls `record`; the lane's slot is free again when it resolves. */
  run(delivery: D): Promise<void>;
  /** A lane has something due in the store and room for it, now: claim what `dueLanes` says. */
  onDue(lane: Lane<D>): void;
  /** Claimed, never started, and no longer in hand: release the claims, then `wait(lane, 0)`. */
  onGiveBack(deliveries: readonly D[]): void;
  /** Asked when a lane is made, so that one that was idle is as it was configured. */
  settingsOf?(accountId: string, subscriptionId: string): LaneSettings | undefined;
}

export class Lanes<D extends LaneDelivery = LaneDelivery> {
  readonly #options: LanesOptions<D>;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane<D>>();
  readonly #byConnection = new Map<string, Set<Lane<D>>>();
  readonly #health: TargetHealth;
  readonly #slots = new Slots();
  readonly #scopes = new ScopePauses();
  readonly #wakeUps: WakeUps<Lane<D>>;
  /** Due in the store, with room. */
  readonly #ready = new FairQueue<Lane<D>>();
  /** In hand, nothing running, and nothing but a slot is wanting. */
  readonly #starved: Readonly<Record<Evidence, FairQueue<Lane<D>>>> = {
    answered: new FairQueue(),
    unknown: new FairQueue(),
    timed_out: new FairQueue(),
  };
  #inHand = 0;
  #reserved = 0;
  /** While a claim is shared out: what lanes before were given. */
  #promised = 0;
  #bodyBytes = 0;
  /** Which kind of starved lanes is next. */
  #turn = 0;
  #stopped = false;
  #onDrained: (() => void) | undefined;

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
      this.#apply(lane, this.#options.settingsOf?.(accountId, subscriptionId) ?? lane.memory.settings);
    }
    return lane;
  }

  all(): Iterable<Lane<D>> {
    return this.#lanes.values();
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
    if (this.#stopped || lane.settings.paused === true) return 0;
    const free = ALL_IN_HAND - this.#inHand - this.#reserved - this.#promised;
    if (free <= 0 || this.bodyRoom() <= 0 || this.laneBodyRoom(lane) <= 0) return 0;
    const nowMs = this.#clock.nowMs();
    const held = lane.inHand.size + lane.reserved;
    const gateAtMs = this.#gateAtMs(lane, nowMs);
    // One probe at a time, when it is time for one.
    if (!isClosed(lane)) return held === 0 && gateAtMs <= nowMs ? 1 : 0;
    if (gateAtMs > nowMs + LONGEST_HOLD_MS) return 0;
    // As with slots: the last places are for lanes with nothing in hand, and of the others an eighth of what is free.
    const share = held === 0 ? Math.max(1, free >> 6) : (free - IN_HAND_FOR_FIRST) >> 3;
    return Math.max(0, Math.min(capacityOf(lane) - held, share));
  }

  /** Bytes of event bodies that may still be taken in hand: a thousand of the largest would be a gigabyte. */
  bodyRoom(): number {
    return Math.max(0, ALL_BODY_BYTES - this.#bodyBytes);
  }

  laneBodyRoom(lane: Lane<D>): number {
    return Math.min(LANE_BODY_BYTES, Math.max(1, this.bodyRoom() >> 2)) - lane.bodyBytes;
  }

  /** Keeps a place for a delivery that may run at once: nothing older of its lane waits in the store. */
  reserve(lane: Lane<D>): boolean {
    if (lane.dueAtMs !== undefined && lane.dueAtMs <= this.#clock.nowMs()) return false;
    if (this.room(lane) <= 0) return false;
    this.#adopt(lane);
    lane.reserved += 1;
    this.#reserved += 1;
    return true;
  }

  cancelReservation(lane: Lane<D>): void {
    const wasFull = this.#isFull();
    lane.reserved -= 1;
    this.#reserved -= 1;
    if (wasFull) this.#offerRoom();
    this.#dropIfIdle(lane);
  }

  /** Takes a claimed delivery in hand. */
  take(lane: Lane<D>, delivery: D): void {
    this.#adopt(lane);
    lane.inHand.set(delivery.deliveryId, delivery);
    this.#inHand += 1;
    this.#bodyBytes += delivery.event.body.length;
    lane.bodyBytes += delivery.event.body.length;
    lane.waiting.push(delivery);
    this.#start(lane);
  }

  /** Something of this lane waits in the store and is due in `dueInMs`. */
  wait(lane: Lane<D>, dueInMs: number): void {
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
    if (this.#isFull()) return [];
    const shares = shareOut(this.#ready, max, (lane) => {
      const room = this.room(lane);
      this.#promised += Math.min(room, max);
      return room;
    });
    this.#promised = 0;
    return shares;
  }

  /** The delivery is recorded, or no longer ours. */
  letGo(delivery: D): void {
    const lane = this.#lanes.get(delivery.subscriptionId);
    if (lane === undefined || !lane.inHand.has(delivery.deliveryId)) return;
    const wasFull = this.#isFull();
    this.#remove(lane, delivery);
    if (wasFull) this.#offerRoom();
    // Half a lane at a time: a claim for each place that becomes free would be a statement per delivery.
    const halfFree = lane.inHand.size <= capacityOf(lane) / 2 && lane.bodyBytes <= LANE_BODY_BYTES / 2;
    if (lane.dueAtMs !== undefined && halfFree) this.#look(lane);
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
    for (const lane of own === undefined ? (this.#byConnection.get(scopeKey) ?? []) : [own]) {
      if (untilMs > nowMs + LONGEST_HOLD_MS) this.#giveBack(lane);
      this.#look(lane);
    }
  }

  /** The subscription was deleted. */
  forget(subscriptionId: string): void {
    this.#health.forget(subscriptionId);
  }

  /** Ids of everything in hand. */
  inHand(): string[] {
    return [...this.#lanes.values()].flatMap((lane) => [...lane.inHand.keys()]);
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

  /** Resolves when no attempt is running any more. */
  drained(): Promise<void> {
    if (this.#slots.running === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onDrained = resolve;
    return promise;
  }

  #apply(lane: Lane<D>, settings: LaneSettings): void {
    const nowMs = this.#clock.nowMs();
    const { memory } = lane;
    const { drainPerSecond: drainedBefore } = memory.settings;
    const { perSecond, burst, drainPerSecond } = settings;
    if (perSecond !== memory.rate?.perSecond || burst !== memory.rate?.burst) {
      memory.rate = perSecond === undefined ? undefined : { perSecond, burst };
      memory.bucket = memory.rate && new TokenBucket(memory.rate, nowMs);
    }
    if (drainPerSecond !== drainedBefore) {
      memory.drain =
        drainPerSecond === undefined ? undefined : new TokenBucket({ perSecond: drainPerSecond }, nowMs);
    }
    this.#leaveConnection(lane, lane.settings.connectionId);
    lane.settings = settings;
    memory.settings = settings;
    this.#joinConnection(lane);
  }

  /** It was dropped as idle while somebody still had it, and nobody has come in its place. */
  #adopt(lane: Lane<D>): void {
    if (this.#lanes.has(lane.subscriptionId)) return;
    this.#health.recall(lane);
    this.#lanes.set(lane.subscriptionId, lane);
    this.#joinConnection(lane);
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
    const isFull = this.#isFull();
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
    if (lane.starvedAs !== undefined) {
      this.#starved[lane.starvedAs].delete(lane);
      lane.starvedAs = undefined;
    }
    while (lane.waiting.length > 0 && !this.#stopped) {
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
        if (lane.running === 0) {
          lane.starvedAs = evidence;
          this.#starved[evidence].add(lane);
        }
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
    this.#startStarved();
    this.#start(lane);
    if (this.#slots.running === 0) this.#onDrained?.();
    this.#dropIfIdle(lane);
  }

  /** A slot became free: whoever waits longest with nothing running is asked first; who may not start goes to the back. */
  #startStarved(): void {
    this.#turn = (this.#turn + 1) % EVIDENCE.length;
    for (let kind = 0; kind < EVIDENCE.length; kind += 1) {
      const evidence = EVIDENCE[(this.#turn + kind) % EVIDENCE.length] ?? "answered";
      const queue = this.#starved[evidence];
      for (let tries = Math.min(TRIES, queue.size); tries > 0 && this.#slots.free(evidence) > 0; tries -= 1) {
        const lane = queue.next();
        if (lane === undefined) break;
        this.#start(lane);
      }
    }
  }

  /** Before this nothing of the lane starts: the next probe, the end of a pause, the next token. */
  #gateAtMs({ memory, settings, subscriptionId }: Lane<D>, nowMs: number): number {
    const { breaker, bucket, drain } = memory;
    let atMs = Math.max(this.#scopes.untilMs(settings.connectionId), this.#scopes.untilMs(subscriptionId));
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
    const wasFull = this.#isFull();
    for (const delivery of given) this.#remove(lane, delivery);
    const nowMs = this.#clock.nowMs();
    lane.dueAtMs = Math.min(lane.dueAtMs ?? nowMs, nowMs);
    if (wasFull) this.#offerRoom();
    this.#options.onGiveBack(given);
  }

  #remove(lane: Lane<D>, delivery: D): void {
    if (!lane.inHand.delete(delivery.deliveryId)) return;
    this.#inHand -= 1;
    this.#bodyBytes -= delivery.event.body.length;
    lane.bodyBytes -= delivery.event.body.length;
  }

  #isFull(): boolean {
    return this.#inHand + this.#reserved >= ALL_IN_HAND || this.#bodyBytes >= ALL_BODY_BYTES;
  }

  /** Everything was taken: the lanes that wait with nothing in hand have nothing else to wake them. */
  #offerRoom(): void {
    if (this.#isFull() || this.#stopped) return;
    const lane = this.#ready.next();
    if (lane !== undefined) this.#options.onDue(lane);
  }

  #joinConnection(lane: Lane<D>): void {
    const { connectionId } = lane.settings;
    if (connectionId === undefined) return;
    const lanes = this.#byConnection.get(connectionId);
    if (lanes === undefined) this.#byConnection.set(connectionId, new Set([lane]));
    else lanes.add(lane);
  }

  #leaveConnection(lane: Lane<D>, connectionId: string | undefined): void {
    const lanes = connectionId === undefined ? undefined : this.#byConnection.get(connectionId);
    if (lanes?.delete(lane) === true && lanes.size === 0) this.#byConnection.delete(connectionId ?? "");
  }

  #memoryOf(subscriptionId: string): LaneMemory | undefined {
    return this.#lanes.get(subscriptionId)?.memory ?? this.#health.find(subscriptionId);
  }

  #dropIfIdle(lane: Lane<D>): void {
    const idle =
      lane.inHand.size === 0 && lane.running === 0 && lane.reserved === 0 && lane.dueAtMs === undefined;
    // Only itself: another one may have been made in its place, with deliveries in hand.
    if (!idle || this.#lanes.get(lane.subscriptionId) !== lane) return;
    this.#lanes.delete(lane.subscriptionId);
    this.#leaveConnection(lane, lane.settings.connectionId);
    this.#health.keep(lane.memory);
  }
}

function isClosed<D extends LaneDelivery>({ memory }: Lane<D>): boolean {
  return memory.breaker === undefined || memory.breaker.state === "closed";
}
