/**
 * What this process may send for: its partitions with their epochs, proven by a heartbeat. Partitions come and go
 * while it runs: the bus says which it wants, `plan-ownership.ts` what it does about them.
 * Validity is judged by the monotonic clock, so a stepped wall clock changes nothing.
 */
import { hostname } from "node:os";
import { newUuid } from "@stellwerk/delivery";
import type { History } from "@stellwerk/history";
import type { Log } from "@stellwerk/log";
import { isGone, ownIdentity } from "@stellwerk/process";
import {
  acquirePartitions,
  forgetDispatcher,
  heartbeat,
  readOwnership,
  registerDispatcher,
  releasePartitions,
  wishPartitions,
  type Database,
  type OwnedPartition,
  type SeenOwnership,
} from "@stellwerk/store";
import { writeTakeover } from "./write-history.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import { BEAT_MS, planOwnership, VALID_MS } from "./plan-ownership.ts";
import { Silence } from "./silence.ts";

const RETRY_MS = 250;

export interface OwnershipOptions {
  readonly db: Database;
  readonly log: Log;
  readonly history?: History | undefined;
  readonly metrics?: Pick<DispatcherMetrics, "partitionsAcquired" | "partitionsLost"> | undefined;
  /** Before the partitions count as ours: what their deliveries need. When it fails they are acquired once more. */
  prepare?(partitions: readonly number[]): Promise<void>;
  onAcquired?(partitions: readonly number[]): void;
  /** Starts nothing more of it and waits for what is in flight. Answers whether nothing of it is left claimed. */
  drain?(partition: number): Promise<boolean>;
  /** Somebody else may have them: nothing of them may be sent or written any more. */
  onLost?(partitions: readonly number[]): void;
  /** Nobody could prove that these are still ours; they may be. Their calls in flight are to be cut off. */
  onUnproven?(partitions: readonly number[]): void;
}

export class Ownership {
  readonly dispatcherId = newUuid();
  readonly #options: OwnershipOptions;
  readonly #identity = ownIdentity();
  readonly #epochs = new Map<number, number>();
  /** Being handed over: nothing new of them is started. */
  readonly #leaving = new Map<number, Promise<void>>();
  /** Given away: what was read of them before says that they are ours. By epoch. */
  readonly #released = new Map<number, number>();
  readonly #wanted = new Set<number>();
  /** Wanted, and not said yet. */
  readonly #given = new Set<number>();
  readonly #unwantedSince = new Map<number, number>();
  readonly #silence = new Silence();
  #provenAt = Number.NEGATIVE_INFINITY;
  #isUnproven = false;
  #beatTimer: NodeJS.Timeout | undefined;
  #validTimer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #lookWanted = false;
  /** Raised when we were put out: what was taken before that is not ours. */
  #life = 0;
  #isLeaving = false;
  #isEnded = false;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  /** Becomes one of the dispatchers; takes nothing yet. */
  async start(): Promise<void> {
    const startedAt = performance.now();
    await this.#register();
    this.#prove(startedAt);
    this.#beatTimer = setTimeout(() => this.#beatAndLook(), BEAT_MS);
  }

  /** The bus brings us the events of these. */
  want(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#wanted.add(partition);
      this.#given.add(partition);
    }
    void this.look();
  }

  /** It no longer does. They stay ours until somebody else wants them. */
  unwant(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#wanted.delete(partition);
      this.#given.delete(partition);
    }
    void this.look();
  }

  get partitions(): readonly OwnedPartition[] {
    return [...this.#epochs].map(([partition, epoch]) => ({ partition, epoch }));
  }

  epochOf(partition: number): number | undefined {
    return this.#epochs.get(partition);
  }

  /** May something new of this partition be begun? */
  isOpen(partition: number): boolean {
    return this.#epochs.has(partition) && !this.#leaving.has(partition);
  }

  /** May a send for this partition start right now? */
  isValid(partition: number, epoch: number): boolean {
    return this.#epochs.get(partition) === epoch && performance.now() - this.#provenAt < VALID_MS;
  }

  /** The store said no: somebody else holds these now. */
  lose(partitions: readonly number[]): void {
    const lost = partitions.filter((partition) => this.#epochs.delete(partition));
    if (lost.length === 0) return;
    this.#options.history?.write({ kind: "lost", partitions: lost });
    this.#options.log.error({ partitions: lost }, "partitions lost: another dispatcher may have them");
    this.#options.metrics?.partitionsLost(lost.length);
    this.#options.onLost?.(lost);
  }

  /** Looks who owns and wants what, and does what follows. One looks at a time. */
  look(): Promise<void> {
    this.#lookWanted = true;
    return (this.#looking ??= this.#lookWhileWanted());
  }

  /** Takes nothing more, and hands over everything as soon as it is finished; answers when that is done. */
  async giveAllAway(): Promise<void> {
    this.#isLeaving = true;
    this.#wanted.clear();
    this.#given.clear();
    await this.look();
    while (this.#epochs.size > 0 && !this.#isEnded) {
      await Promise.all(this.partitions.map((each) => this.#handOver(each)));
      // The store is away, or they are gone.
      if (this.#epochs.size > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** The end: what was not given away is anybody's. */
  async stop(): Promise<void> {
    this.#isLeaving = true;
    this.#isEnded = true;
    clearTimeout(this.#beatTimer);
    clearTimeout(this.#validTimer);
    await this.#beating;
    await this.#looking;
    await forgetDispatcher(this.#options.db, this.dispatcherId);
  }

  async #register(): Promise<void> {
    await registerDispatcher(this.#options.db, {
      id: this.dispatcherId,
      host: hostname(),
      ...this.#identity,
    });
  }

  #beatAndLook(): void {
    this.#beating = this.#beat().finally(() => {
      if (this.#isEnded) return;
      this.#beatTimer = setTimeout(() => this.#beatAndLook(), BEAT_MS);
      void this.look();
    });
  }

  /** Never waits for anything but its own row: a partition that is being taken must not stop it. */
  async #beat(): Promise<void> {
    const startedAt = performance.now();
    try {
      if (!(await heartbeat(this.#options.db, this.dispatcherId))) {
        // Nothing of it is ours any more, and it is taken like anything that is free.
        this.#life += 1;
        this.lose([...this.#epochs.keys()]);
        await this.#register();
      }
      this.#prove(startedAt);
    } catch (error) {
      this.#options.log.warn({ err: error }, "the heartbeat failed; sending stops if it stays away");
    }
  }

  #prove(startedAt: number): void {
    this.#provenAt = startedAt;
    if (this.#isUnproven)
      this.#options.log.info("the heartbeat is back: sending goes on with what is still ours");
    this.#isUnproven = false;
    clearTimeout(this.#validTimer);
    if (this.#isEnded) return;
    this.#validTimer = setTimeout(() => this.#runOut(), startedAt + VALID_MS - performance.now());
  }

  #runOut(): void {
    this.#isUnproven = true;
    const partitions = [...this.#epochs.keys()];
    if (partitions.length === 0) return;
    this.#options.log.error(
      { partitions: partitions.length },
      "the store has not been reached for too long: nothing is sent until it is",
    );
    this.#options.onUnproven?.(partitions);
  }

  async #lookWhileWanted(): Promise<void> {
    while (this.#lookWanted && !this.#isEnded) {
      this.#lookWanted = false;
      try {
        await this.#arrange();
      } catch (error) {
        this.#options.log.warn({ err: error }, "could not look after the partitions; trying again");
      }
    }
    this.#looking = undefined;
  }

  async #arrange(): Promise<void> {
    let seen = await this.#see();
    if (await this.#sayWishes(seen)) seen = await this.#see();
    this.#reconcile(seen);
    const now = performance.now();
    const plan = planOwnership({
      me: this.dispatcherId,
      seen: this.#withoutReleased(seen),
      isGone: (dispatcher) => isGone(dispatcher, this.#identity),
      unwantedForMs: (partition) => now - (this.#unwantedSince.get(partition) ?? now),
      isLeaving: this.#isLeaving,
    });
    this.#noteUnwanted(plan.unwanted, now);
    for (const partition of plan.handOver) {
      const epoch = this.#epochs.get(partition);
      if (epoch !== undefined) void this.#handOver({ partition, epoch });
    }
    const lostSight = this.#isLeaving ? [] : this.#ownButUnknown(seen);
    const acquire = [...plan.acquire, ...lostSight];
    if (acquire.length > 0) await this.#acquire(acquire, plan.dead);
  }

  async #see(): Promise<SeenOwnership> {
    // Not when the answer is read: we may have been frozen before that.
    const askedAtMs = performance.now();
    const { partitions, dispatchers } = await readOwnership(this.#options.db);
    return { partitions, dispatchers: this.#silence.of(dispatchers, askedAtMs) };
  }

  /** Answers whether there was something to say. */
  async #sayWishes({ partitions, dispatchers }: SeenOwnership): Promise<boolean> {
    const me = this.dispatcherId;
    const known = new Set(dispatchers.map((each) => each.id));
    const isUnsaid = partitions.some(({ partition, wantedBy }) => {
      if (!this.#wanted.has(partition)) return wantedBy === me;
      if (wantedBy === me) return false;
      return this.#given.has(partition) || wantedBy === null || !known.has(wantedBy);
    });
    const given = [...this.#given];
    if (isUnsaid) {
      await wishPartitions(this.#options.db, me, { given, wanted: [...this.#wanted] });
    }
    for (const partition of given) this.#given.delete(partition);
    return isUnsaid;
  }

  /** What the store gives to somebody else is not ours, whatever we think. */
  #reconcile({ partitions }: SeenOwnership): void {
    const me = this.dispatcherId;
    this.lose(
      partitions
        .filter(({ partition, ownerId, epoch }) => {
          const ours = this.#epochs.get(partition);
          return ours !== undefined && (ownerId !== me || epoch !== ours);
        })
        .map((each) => each.partition),
    );
  }

  /** Those that are given away by now are somebody's turn the next time. */
  #withoutReleased(seen: SeenOwnership): SeenOwnership {
    const isReleased = ({ partition, ownerId, epoch }: SeenOwnership["partitions"][number]) =>
      ownerId === this.dispatcherId && this.#released.get(partition) === epoch;
    return { ...seen, partitions: seen.partitions.filter((each) => !isReleased(each)) };
  }

  /** The answer to taking them was lost, or they could not be prepared. */
  #ownButUnknown(seen: SeenOwnership): OwnedPartition[] {
    return this.#withoutReleased(seen).partitions.filter(
      ({ partition, ownerId }) => ownerId === this.dispatcherId && !this.#epochs.has(partition),
    );
  }

  #noteUnwanted(unwanted: readonly number[], now: number): void {
    const still = new Set(unwanted);
    for (const partition of this.#unwantedSince.keys()) {
      if (!still.has(partition)) this.#unwantedSince.delete(partition);
    }
    for (const partition of unwanted) {
      if (!this.#unwantedSince.has(partition)) this.#unwantedSince.set(partition, now);
    }
  }

  async #acquire(
    partitions: readonly OwnedPartition[],
    dead: Parameters<typeof acquirePartitions>[3],
  ): Promise<void> {
    const { db, log, metrics } = this.#options;
    const life = this.#life;
    const acquired = await acquirePartitions(db, this.dispatcherId, partitions, dead);
    if (acquired.partitions.length === 0) return;
    writeTakeover(this.#options.history, acquired);
    const numbers = acquired.partitions.map((each) => each.partition);
    await this.#options.prepare?.(numbers);
    // Somebody may have them by now. Where not, they are ours without being known, and are acquired once more.
    if (life !== this.#life) return this.#lookAgain();
    for (const { partition, epoch } of acquired.partitions) this.#epochs.set(partition, epoch);
    const fromDead = acquired.partitions.filter(
      ({ previousId }) => previousId !== null && previousId !== this.dispatcherId,
    ).length;
    metrics?.partitionsAcquired(numbers.length - fromDead, fromDead);
    log.info(
      { dispatcher: this.dispatcherId, partitions: numbers, fromDead, requeued: acquired.requeued },
      acquired.requeued > 0
        ? "took partitions; deliveries that were in hand wait again, marked possibly sent"
        : "took partitions",
    );
    this.#options.onAcquired?.(numbers);
  }

  #lookAgain(): void {
    this.#lookWanted = true;
  }

  #handOver(owned: OwnedPartition): Promise<void> {
    const { partition } = owned;
    let leaving = this.#leaving.get(partition);
    if (leaving === undefined) {
      leaving = this.#drainAndRelease(owned)
        .catch((error: unknown) => {
          this.#options.log.warn({ err: error, partition }, "could not give a partition away; trying again");
        })
        .finally(() => this.#leaving.delete(partition));
      this.#leaving.set(partition, leaving);
    }
    return leaving;
  }

  async #drainAndRelease({ partition, epoch }: OwnedPartition): Promise<void> {
    // Not at once: the partition is closed only when whoever called has noted it.
    await Promise.resolve();
    const clean = (await this.#options.drain?.(partition)) ?? true;
    if (this.#epochs.get(partition) !== epoch) return;
    await releasePartitions(this.#options.db, this.dispatcherId, [{ partition, epoch, clean }]);
    this.#released.set(partition, epoch);
    this.#epochs.delete(partition);
    this.#options.history?.write({ kind: "released", partitions: [partition] });
    this.#options.log.info({ partition }, "gave a partition away");
  }
}
