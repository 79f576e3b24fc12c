/**
 * The writer loop: the only place of a dispatcher that commits routes, marks and outcomes, gathered
 * into one transaction. At once when idle; under load it waits a little, because a transaction
 * costs the same for one row as for fifty.
 */
import { formatId, type BreakerWrite, type Lanes } from "@stellwerk/delivery";
import type { Log } from "@stellwerk/log";
import {
  StoreUnavailableError,
  type ClaimedDelivery,
  type DeliveryOutcome,
  type OperationsEvent,
  type Promoted,
  type StartMark,
  type TargetHealth,
} from "@stellwerk/store";
import type { ClaimGuard } from "./claim-guard.ts";
import {
  commitBatch,
  type Committed,
  type CommitParts,
  type PendingRecord,
  type Route,
} from "./commit-batch.ts";
import { CommitPace } from "./commit-pace.ts";
import { healthRow } from "./health-row.ts";

/** Rows in one transaction. */
const MAX_ROWS = 500;
/** Between tries while the store is away. */
const RETRY_MS = 250;

/** By subscription. */
type HealthChanges = ReadonlyMap<string, TargetHealth>;

const NO_HEALTH: HealthChanges = new Map();

interface PendingRoute extends PromiseWithResolvers<ReadonlySet<string>> {
  readonly route: Route;
}

interface PendingOutcome extends PendingRecord {
  readonly done: (written: boolean) => void;
}

interface PendingMark extends StartMark {
  readonly done: (marked: boolean) => void;
}

/** What one transaction writes. */
interface Batch {
  readonly routes: readonly PendingRoute[];
  readonly marks: readonly PendingMark[];
  readonly outcomes: readonly PendingOutcome[];
  readonly health: HealthChanges;
}

const NOTHING: Batch = { routes: [], marks: [], outcomes: [], health: NO_HEALTH };

export interface WriterOptions extends CommitParts {
  readonly log: Log;
  readonly claims: ClaimGuard;
  /** Operations events are committed and can be relayed. */
  onOperations(): void;
}

export class Writer {
  readonly #options: WriterOptions;
  #routes: PendingRoute[] = [];
  #marks: PendingMark[] = [];
  #outcomes: PendingOutcome[] = [];
  /** By subscription: the latest of each. */
  #health = new Map<string, TargetHealth>();
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  readonly #pace = new CommitPace();
  #stopping = false;
  /** The store did not come back in time. */
  #givenUp = false;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the route is committed, with the accounts that do not exist. Rejects when it is not:
   * the batch comes again.
   */
  route(route: Route): Promise<ReadonlySet<string>> {
    const pending = { ...Promise.withResolvers<ReadonlySet<string>>(), route };
    this.#routes.push(pending);
    this.#run();
    return pending.promise;
  }

  /**
   * Right before a call that may not simply be repeated. Resolves when that it starts is written; with false it may
   * not be called. Waits out an absent store.
   */
  markStarted({ deliveryId, partition, epoch }: ClaimedDelivery, possiblySent: boolean): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (this.#givenUp) resolve(false);
    else {
      this.#marks.push({ deliveryId, partition, epoch, possiblySent, done: resolve });
      if (this.#loop === undefined || this.#marks.length >= MAX_ROWS) this.#run();
    }
    return promise;
  }

  /** Resolves when the outcome is written, or with false when the delivery is no longer ours. Waits out an absent store. */
  record(
    delivery: ClaimedDelivery,
    outcome: DeliveryOutcome,
    operations: readonly OperationsEvent[],
  ): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#outcomes.push({ delivery, outcome, operations, done: resolve });
    // A loop that gathers already comes by itself; waking it for each outcome costs a timer each.
    if (this.#loop === undefined || this.#outcomes.length >= MAX_ROWS) this.#run();
    return promise;
  }

  /** How targets do now; written with what is written next. `reason` of the last failure. */
  noteHealth(changes: readonly BreakerWrite[], reason: string | null): void {
    for (const change of changes) {
      const epoch = this.#options.ownership.epochOf(change.partition);
      if (epoch !== undefined) this.#health.set(change.subscriptionId, healthRow(change, epoch, reason));
    }
    if (changes.length > 0) this.#run();
  }

  /** Writes what is pending. Outcomes that the store does not take within `graceMs` are left to the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    const timer = setTimeout(() => {
      this.#givenUp = true;
      this.#drop();
    }, graceMs);
    await this.#loop;
    clearTimeout(timer);
  }

  #drop(): void {
    this.#health.clear();
    for (const pending of this.#marks.splice(0)) pending.done(false);
    for (const pending of this.#outcomes.splice(0)) pending.done(false);
  }

  #run(): void {
    this.#wake?.();
    this.#loop ??= this.#flushAll().finally(() => {
      this.#loop = undefined;
      if (this.#hasPending()) this.#run();
    });
  }

  #hasPending(): boolean {
    return this.#routes.length + this.#marks.length + this.#outcomes.length + this.#health.size > 0;
  }

  async #flushAll(): Promise<void> {
    while (this.#hasPending()) {
      await this.#gather();
      const routes = this.#takeRoutes();
      const startedAtMs = performance.now();
      const marks = this.#marks.splice(0, MAX_ROWS);
      const outcomes = this.#takeOutcomes(routes.length > 0, startedAtMs);
      const events = routes.reduce((sum, each) => sum + each.route.events.length, 0);
      this.#pace.commits(events, outcomes.length, startedAtMs);
      const health = this.#health;
      this.#health = new Map();
      await this.#flush({ routes, marks, outcomes, health });
      this.#options.metrics?.committed(outcomes.length + events, performance.now() - startedAtMs);
    }
  }

  async #gather(): Promise<void> {
    for (;;) {
      const rows =
        this.#marks.length +
        this.#outcomes.length +
        this.#routes.reduce((sum, each) => sum + each.route.events.length, 0);
      if (this.#stopping || rows >= MAX_ROWS) return;
      const waitMs = this.#pace.waitMs(this.#routes.length > 0, performance.now());
      if (waitMs <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
  }

  #takeRoutes(): PendingRoute[] {
    let rows = 0;
    let count = 0;
    for (const each of this.#routes) {
      if (count > 0 && rows + each.route.events.length > MAX_ROWS) break;
      rows += each.route.events.length;
      count += 1;
    }
    return this.#routes.splice(0, count);
  }

  #takeOutcomes(isRouting: boolean, nowMs: number): PendingOutcome[] {
    if (isRouting && !this.#stopping && !this.#pace.takesOutcomes(this.#outcomes.length, nowMs)) return [];
    return this.#outcomes.splice(0, MAX_ROWS);
  }

  async #flush(batch: Batch): Promise<void> {
    const { routes, marks, outcomes, health } = batch;
    const count = routes.length + marks.length + outcomes.length;
    try {
      this.#settle(await this.#commit(batch), batch);
    } catch (error) {
      if (error instanceof StoreUnavailableError) {
        // What was noted meanwhile is newer.
        this.#health = new Map([...health, ...this.#health]);
        return this.#storeIsAway(error, batch);
      }
      // Apart, so that one bad row harms only what came with it.
      if (count > 0 && health.size > 0) {
        await this.#flush({ ...batch, health: NO_HEALTH });
        return this.#flush({ ...NOTHING, health });
      }
      if (count === 0) {
        this.#options.log.error({ err: error }, "how targets do cannot be written; their next change is");
        return;
      }
      if (count === 1) {
        for (const route of routes) route.reject(error);
        for (const mark of marks) this.#refuseMark(error, mark);
        for (const outcome of outcomes) await this.#recordBare(error, outcome);
        return;
      }
      for (const route of routes) await this.#flush({ ...NOTHING, routes: [route] });
      for (const half of halves(marks)) if (half.length > 0) await this.#flush({ ...NOTHING, marks: half });
      for (const half of halves(outcomes))
        if (half.length > 0) await this.#flush({ ...NOTHING, outcomes: half });
    }
  }

  #commit({ routes, marks, outcomes, health }: Batch): Promise<Committed> {
    return this.#options.claims.run(() =>
      commitBatch(
        this.#options,
        routes.map((each) => each.route),
        marks,
        outcomes,
        [...health.values()],
      ),
    );
  }

  #settle(committed: Committed, { routes, marks, outcomes }: Batch): void {
    for (const route of routes) route.resolve(committed.unknownAccounts);
    for (const mark of marks) mark.done(committed.started.has(mark));
    const { lanes } = this.#options;
    for (const promoted of committed.promoted) wakeLane(lanes, promoted);
    if (outcomes.some((each) => each.operations.length > 0)) this.#options.onOperations();
    for (const { delivery, outcome, done } of outcomes) {
      const written = committed.recorded.has(outcome);
      if (written && outcome.state === null && !outcome.held) {
        lanes.wait(
          lanes.lane(delivery.partition, delivery.accountId, delivery.subscriptionId),
          outcome.retryInMs ?? 0,
        );
      }
      done(written);
    }
  }

  /** Routes come again from the bus; marks and outcomes are ours to keep. */
  async #storeIsAway(error: StoreUnavailableError, { routes, marks, outcomes }: Batch): Promise<void> {
    for (const route of routes) route.reject(error);
    this.#marks.unshift(...marks);
    this.#outcomes.unshift(...outcomes);
    if (this.#givenUp) return this.#drop();
    this.#options.log.warn(
      { err: error, outcomes: this.#outcomes.length },
      "the store is away; trying again",
    );
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  #refuseMark(error: unknown, mark: PendingMark): void {
    const delivery = formatId("dlv", mark.deliveryId);
    this.#options.log.error(
      { err: error, delivery },
      "that a call starts cannot be written, so it is not made; its delivery waits for the next start",
    );
    mark.done(false);
  }

  /** What a target answered could not be stored: the outcome counts, so it is written without the answer. */
  async #recordBare(error: unknown, pending: PendingOutcome): Promise<void> {
    const { log } = this.#options;
    const delivery = formatId("dlv", pending.outcome.deliveryId);
    if (pending.outcome.attempt === null) {
      log.error(
        { err: error, delivery },
        "an outcome cannot be written; its delivery waits for the next start",
      );
      return pending.done(false);
    }
    log.error(
      { err: error, delivery },
      "an attempt's details cannot be written; its outcome is written without them",
    );
    const outcome = { ...pending.outcome, detail: null, attempt: null };
    await this.#flush({ ...NOTHING, outcomes: [{ ...pending, outcome }] });
  }
}

/** The lane of a delivery that has become the first of its subject. */
export function wakeLane(
  lanes: Lanes<ClaimedDelivery>,
  { partition, accountId, subscriptionId, dueInMs }: Promoted,
): void {
  if (dueInMs !== null) lanes.wait(lanes.lane(partition, accountId, subscriptionId), dueInMs);
}

function halves<T>(list: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
