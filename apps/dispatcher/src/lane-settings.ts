/**
 * What a lane takes from its subscription: limits, a pause, the rate of a catch-up. Follows every change of the
 * configuration, so that a pause works at once and costs one row, however much waits.
 */
import type { Lane, Lanes, LaneSettings } from "@stellwerk/delivery";
import type { ClaimedDelivery, ConfiguredSubscription } from "@stellwerk/store";
import type { AccountTargets, ConfigurationCache } from "./configuration-cache.ts";
import type { Target } from "./targets.ts";

export function laneSettingsOf(target: Target): LaneSettings {
  const { subscription } = target;
  const { catchUp } = subscription;
  return {
    connectionId: target.connectionId,
    concurrency: subscription.concurrency ?? undefined,
    perSecond: subscription.perSecond ?? undefined,
    paused: isPaused(target) || isSkipping(subscription),
    drainPerSecond: catchUp?.mode === "all" ? (catchUp.perSecond ?? undefined) : undefined,
  };
}

function isPaused({ subscription, connection }: Target): boolean {
  return subscription.pausedReason !== null || (connection !== undefined && connection.pausedReason !== null);
}

/** Deliveries that nobody wants any more are taken out before the rest is sent. */
function isSkipping({ catchUp }: ConfiguredSubscription): boolean {
  return catchUp !== null && catchUp.mode !== "all";
}

/** Accounts read at a time when many are: they must all fit into memory together. */
const ACCOUNTS_AT_ONCE = 200;

type DispatcherLane = Lane<ClaimedDelivery>;
type Place = Pick<DispatcherLane, "partition" | "accountId" | "subscriptionId">;

export interface LaneSettingsOptions {
  readonly configuration: ConfigurationCache;
  readonly lanes: Lanes<ClaimedDelivery>;
  /** A subscription has a backlog of a resume to be dealt with. */
  onCatchUp(accountId: string, subscription: ConfiguredSubscription): void;
}

export class LaneConfiguration {
  readonly #options: LaneSettingsOptions;
  /** Accounts that changed and could not be read since, each as its lanes know it. */
  readonly #unfollowed = new Map<string, AccountTargets | undefined>();
  #isAllUnfollowed = false;

  constructor(options: LaneSettingsOptions) {
    this.#options = options;
  }

  /** Undefined: the account's configuration is not in memory; whoever runs the delivery reads it. */
  settingsOf(accountId: string, subscriptionId: string): LaneSettings | undefined {
    const target = this.#options.configuration.get(accountId)?.byId.get(subscriptionId);
    if (target === undefined) return undefined;
    if (target.subscription.catchUp !== null) this.#options.onCatchUp(accountId, target.subscription);
    return laneSettingsOf(target);
  }

  /** Makes the lanes that are not there yet, each as it is configured. */
  async prepare(places: readonly Place[]): Promise<void> {
    const { configuration, lanes } = this.#options;
    const unknown = places.filter(({ subscriptionId }) => !isConfigured(lanes.find(subscriptionId)));
    for (let from = 0; from < unknown.length; from += ACCOUNTS_AT_ONCE) {
      const some = unknown.slice(from, from + ACCOUNTS_AT_ONCE);
      await configuration.ensure(some.map((each) => each.accountId));
      for (const { partition, accountId, subscriptionId } of some) {
        this.learn(lanes.lane(partition, accountId, subscriptionId));
      }
    }
  }

  /** A lane that was made while its account's configuration was not in memory is configured when it is. */
  learn(lane: DispatcherLane): void {
    const settings = this.settingsOf(lane.accountId, lane.subscriptionId);
    if (settings === undefined) return;
    const isNewlyPaused = settings.paused === true && lane.settings.paused !== true;
    if (isNewlyPaused || !isConfigured(lane)) this.#options.lanes.configure(lane, settings);
  }

  /** The account's configuration changed. */
  async follow(accountId: string): Promise<void> {
    const { configuration, lanes } = this.#options;
    // What the lanes know is from before the first of several changes.
    if (!this.#unfollowed.has(accountId)) this.#unfollowed.set(accountId, configuration.get(accountId));
    configuration.forget(accountId);
    await configuration.ensure([accountId]);
    const after = configuration.get(accountId);
    // Changed once more: who followed that goes on.
    if (after === undefined) return;
    const before = this.#unfollowed.get(accountId);
    this.#unfollowed.delete(accountId);
    const ofAccount = [...lanes.all()].filter((lane) => lane.accountId === accountId);
    this.#configure(ofAccount, before, after);
  }

  /** What changed while nobody listened: every lane anew. */
  async followAll(): Promise<void> {
    const { configuration, lanes } = this.#options;
    this.#isAllUnfollowed = true;
    configuration.forgetAll();
    const lanesOf = Map.groupBy(lanes.all(), (lane) => lane.accountId);
    const accountIds = [...lanesOf.keys()];
    for (let from = 0; from < accountIds.length; from += ACCOUNTS_AT_ONCE) {
      const some = accountIds.slice(from, from + ACCOUNTS_AT_ONCE);
      await configuration.ensure(some);
      for (const accountId of some) {
        const after = configuration.get(accountId);
        if (after !== undefined) this.#configure(lanesOf.get(accountId) ?? [], undefined, after);
      }
    }
    this.#isAllUnfollowed = false;
  }

  /** Follows what could not be read when it changed: a resume that nobody heard of would hold its deliveries for ever. */
  async followMissed(): Promise<void> {
    if (this.#isAllUnfollowed) await this.followAll();
    const following = [...this.#unfollowed.keys()].map((accountId) => this.follow(accountId));
    // One that cannot be read keeps the others from nothing.
    await Promise.allSettled(following);
    await Promise.all(following);
  }

  #configure(
    ofAccount: readonly DispatcherLane[],
    before: AccountTargets | undefined,
    after: AccountTargets,
  ): void {
    const { lanes } = this.#options;
    for (const [id, target] of before?.byId ?? []) {
      const now = after.byId.get(id);
      // Somebody looked after it: its target gets its chance at once.
      if (now === undefined || wasMended(target, now)) lanes.resetBreaker(id);
    }
    for (const lane of ofAccount) {
      // Nothing is left of one that was idle when the configuration came; whoever makes it again asks for it.
      if (lanes.find(lane.subscriptionId) !== lane) continue;
      const target = after.byId.get(lane.subscriptionId);
      // Nothing of a deleted subscription is held back, neither by a pause nor by its breaker: it has to end.
      if (target === undefined) lanes.resetBreaker(lane.subscriptionId);
      lanes.configure(lane, target === undefined ? {} : laneSettingsOf(target));
    }
    for (const { subscription } of after.byId.values()) {
      if (subscription.catchUp !== null) this.#options.onCatchUp(after.configuration.accountId, subscription);
    }
  }
}

/** Every configured one has its connection. */
function isConfigured(lane: DispatcherLane | undefined): boolean {
  return lane?.settings.connectionId !== undefined;
}

function wasMended(before: Target, now: Target): boolean {
  return (
    before.version !== now.version ||
    before.connection?.version !== now.connection?.version ||
    before.subscription.resumedAt?.getTime() !== now.subscription.resumedAt?.getTime()
  );
}
