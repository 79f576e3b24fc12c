/** What lanes are given: clock, randomness, and who runs, claims and gives back. */
import type { BreakerOptions } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import type { Lane, LaneDelivery, LaneSettings } from "./lane.ts";

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
  /** May anything of this partition be begun? Not asked: always. Who closes one calls `leave` or `drop`. */
  isOpen?(partition: number): boolean;
  /** Asked when a lane is made, so that one that was idle is as it is configured now; undefined: not known yet. */
  settingsOf?(accountId: string, subscriptionId: string): LaneSettings | undefined;
}
