/**
 * What a lane takes from its subscription: limits, a pause, the rate of a catch-up. Follows every change of the
 * configuration, so that a pause works at once and costs one row, however much waits.
 */
import type { Lanes } from "@stellwerk/delivery";
import type { LaneSettings } from "@stellwerk/delivery";
import type { ClaimedDelivery, ConfiguredSubscription } from "@stellwerk/store";
import type { AccountTargets, ConfigurationCache } from "./configuration-cache.ts";
import type { Target } from "./targets.ts";

export function laneSettingsOf(target: Target): LaneSettings {
  const { subscription, connection } = target;
  const { catchUp } = subscription;
  return {
    connectionId: target.connectionId,
    concurrency: subscription.concurrency ?? undefined,
    perSecond: subscription.perSecond ?? undefined,
    paused: isPaused(target) || isSkipping(subscription),
    drainPerSecond: catchUp?.mode === "all" ? (catchUp.perSecond ?? undefined) : undefined,
  };

  function isPaused({ subscription: { pausedReason } }: Target): boolean {
    return pausedReason !== null || (connection !== undefined && connection.pausedReason !== null);
  }
}

/** Deliveries that nobody wants any more are taken out before the rest is sent. */
function isSkipping({ catchUp }: ConfiguredSubscription): boolean {
  return catchUp !== null && catchUp.mode !== "all";
}

export interface LaneSettingsOptions {
  readonly configuration: ConfigurationCache;
  readonly lanes: Lanes<ClaimedDelivery>;
  /** A subscription has a backlog of a resume to be dealt with. */
  onCatchUp(accountId: string, subscription: ConfiguredSubscription): void;
}

export class LaneConfiguration {
  readonly #options: LaneSettingsOptions;

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

  /** The account's configuration changed. */
  async follow(accountId: string): Promise<void> {
    const { configuration } = this.#options;
    const before = configuration.get(accountId);
    configuration.forget(accountId);
    await configuration.ensure([accountId]);
    const after = configuration.get(accountId);
    if (after === undefined) return;
    this.#configure(accountId, before, after);
  }

  /** What changed while nobody listened: every lane anew. */
  async followAll(): Promise<void> {
    const { configuration, lanes } = this.#options;
    configuration.forgetAll();
    const accountIds = new Set<string>();
    for (const lane of lanes.all()) accountIds.add(lane.accountId);
    await configuration.ensure(accountIds);
    for (const accountId of accountIds) {
      const after = configuration.get(accountId);
      if (after !== undefined) this.#configure(accountId, undefined, after);
    }
  }

  #configure(accountId: string, before: AccountTargets | undefined, after: AccountTargets): void {
    const { lanes } = this.#options;
    for (const [id, target] of before?.byId ?? []) {
      const now = after.byId.get(id);
      if (now === undefined) lanes.forget(id);
      // Somebody looked after it: its target gets its chance at once.
      else if (wasMended(target, now)) lanes.resetBreaker(id);
    }
    for (const lane of lanes.all()) {
      const target = lane.accountId === accountId ? after.byId.get(lane.subscriptionId) : undefined;
      if (target !== undefined) lanes.configure(lane, laneSettingsOf(target));
    }
    for (const { subscription } of after.byId.values()) {
      if (subscription.catchUp !== null) this.#options.onCatchUp(accountId, subscription);
    }
  }
}

function wasMended(before: Target, now: Target): boolean {
  return (
    before.version !== now.version ||
    before.connection?.version !== now.connection?.version ||
    before.subscription.resumedAt?.getTime() !== now.subscription.resumedAt?.getTime()
  );
}
