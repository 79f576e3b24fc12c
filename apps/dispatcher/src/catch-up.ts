/**
 * After a resume: what waited is sent at the rate that was asked for, or skipped as far as nobody wants it any more.
 */
import { formatId } from "@stellwerk/delivery";
import type { Log } from "@stellwerk/log";
import {
  finishCatchUp,
  skipBacklog,
  type BacklogLane,
  type CatchUp as AskedCatchUp,
  type ClaimedDelivery,
  type ConfiguredSubscription,
  type Database,
  type Promoted,
} from "@stellwerk/store";

/** The lane was lost in the middle of it: whoever has it now begins anew. */
class OwnerChangedError extends Error {}

const RETRY_MS = 1_000;

const SKIPPED = {
  "latest-per-subject": {
    reason: "superseded",
    detail: "A newer one about the same was waiting when the subscription was resumed",
  },
  none: {
    reason: "not_caught_up",
    detail: "It waited when the subscription was resumed, and what waited was not wanted",
  },
} as const;

export interface CatchUpOptions {
  readonly db: Database;
  readonly dispatcherId: string;
  readonly log: Log;
  /** Where the subscription's deliveries are; undefined: they are not ours. */
  laneOf(accountId: string, subscriptionId: string): BacklogLane | undefined;
  /** These have become the first of their subjects. */
  onPromoted(promoted: readonly Promoted[]): void;
  /** It is dealt with: the account's configuration says so now. */
  onFinished(accountId: string): void;
}

export class CatchUp {
  readonly #options: CatchUpOptions;
  /** By subscription: those that drain, or whose backlog is being skipped. */
  readonly #active = new Map<string, { readonly asked: AskedCatchUp; readonly done: Promise<void> }>();
  #stopped = false;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** Called whenever the configuration says that there is a backlog to deal with. */
  begin(accountId: string, { id, catchUp }: ConfiguredSubscription): void {
    if (catchUp === null || this.#stopped || this.#options.laneOf(accountId, id) === undefined) return;
    if (this.#active.get(id)?.asked.before.getTime() === catchUp.before.getTime()) return;
    const drains = catchUp.mode === "all" && catchUp.perSecond !== null;
    const done = drains ? Promise.resolve() : this.#deal(accountId, id, catchUp);
    this.#active.set(id, { asked: catchUp, done });
  }

  /**
   * What a claim took of a lane says how far its drain is: the backlog is over with the first that is younger. Not when
   * that is in an order: older ones may be behind others of their subjects, and it is over when nothing waits.
   */
  noteClaimed(accountId: string, subscriptionId: string, claimed: readonly ClaimedDelivery[]): void {
    const asked = this.#draining(subscriptionId);
    if (
      asked !== undefined &&
      claimed.some((each) => each.orderKey === null && each.createdAt > asked.before)
    ) {
      this.#endDrain(accountId, subscriptionId, asked);
    }
  }

  /** Nothing of it waits any more. */
  noteEmptied(accountId: string, subscriptionId: string): void {
    const asked = this.#draining(subscriptionId);
    if (asked !== undefined) this.#endDrain(accountId, subscriptionId, asked);
  }

  #draining(subscriptionId: string): AskedCatchUp | undefined {
    const asked = this.#active.get(subscriptionId)?.asked;
    return asked?.mode === "all" && asked.perSecond !== null ? asked : undefined;
  }

  #endDrain(accountId: string, subscriptionId: string, asked: AskedCatchUp): void {
    const done = this.#finish(accountId, subscriptionId, asked);
    this.#active.set(subscriptionId, { asked: { ...asked, perSecond: null }, done });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#active.values()].map((each) => each.done));
  }

  async #deal(accountId: string, subscriptionId: string, asked: AskedCatchUp): Promise<void> {
    // Whoever asks is in the middle of making the lane.
    await Promise.resolve();
    if (asked.mode !== "all") await this.#skip(accountId, subscriptionId, asked);
    await this.#finish(accountId, subscriptionId, asked);
  }

  async #skip(accountId: string, subscriptionId: string, asked: AskedCatchUp): Promise<void> {
    const { db, dispatcherId, log } = this.#options;
    const mode = asked.mode === "none" ? "none" : "latest-per-subject";
    const ids = { account: formatId("acc", accountId), subscription: formatId("sub", subscriptionId) };
    await this.#until(accountId, subscriptionId, async (lane) => {
      const skipped = await skipBacklog(db, dispatcherId, lane, {
        before: asked.before,
        keepLatest: mode === "latest-per-subject",
        ...SKIPPED[mode],
        isStopped: () => this.#stopped || !this.#isStillOurs(lane),
        onPromoted: (promoted) => this.#options.onPromoted(promoted),
        onProgress: (count) => log.info({ ...ids, skipped: count }, "skipping what waited before the resume"),
      });
      if (!this.#isStillOurs(lane)) throw new OwnerChangedError();
      log.info({ ...ids, skipped, mode }, "the backlog of a resume is dealt with");
    });
  }

  async #finish(accountId: string, subscriptionId: string, asked: AskedCatchUp): Promise<void> {
    const { db, dispatcherId } = this.#options;
    await this.#until(accountId, subscriptionId, async (lane) => {
      await finishCatchUp(db, dispatcherId, lane, asked.before);
      this.#active.delete(subscriptionId);
      this.#options.onFinished(accountId);
    });
  }

  #isStillOurs({ accountId, subscriptionId, epoch }: BacklogLane): boolean {
    return this.#options.laneOf(accountId, subscriptionId)?.epoch === epoch;
  }

  /** Tries until it works; a lane that is not ours (any more) is its owner's to deal with. */
  async #until(
    accountId: string,
    subscriptionId: string,
    work: (lane: BacklogLane) => Promise<void>,
  ): Promise<void> {
    while (!this.#stopped) {
      const lane = this.#options.laneOf(accountId, subscriptionId);
      if (lane === undefined) {
        this.#active.delete(subscriptionId);
        return;
      }
      try {
        return await work(lane);
      } catch (error) {
        this.#options.log.warn({ err: error }, "the backlog of a resume cannot be dealt with; trying again");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
