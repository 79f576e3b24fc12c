/** Pauses a target that says it is gone, refuses who we are, is set up wrongly, or has done nothing but fail. */
import { formatId, type Lanes } from "@stellwerk/delivery";
import type { Log } from "@stellwerk/log";
import { pauseTarget, StoreUnavailableError, type ClaimedDelivery, type Database } from "@stellwerk/store";
import type { LaneConfiguration } from "./lane-settings.ts";
import type { Ownership } from "./ownership.ts";
import type { Target } from "./targets.ts";
import { tellOfPause } from "./tell.ts";

const RETRY_MS = 250;
/** By then every lane over the connection has heard of its pause. */
const HEARD_MS = 2_000;

export interface AskedPause {
  readonly of: "subscription" | "connection";
  readonly reason: string;
  readonly detail: string;
  /** What somebody mended meanwhile is not paused. */
  readonly onlyThisVersion: boolean;
}

export interface TargetPausesOptions {
  readonly db: Database;
  readonly log: Log;
  readonly ownership: Ownership;
  readonly lanes: Lanes<ClaimedDelivery>;
  readonly laneConfiguration: LaneConfiguration;
  /** A breaker was reset, which is to be written. */
  onReset(): void;
  /** Operations events are committed and can be relayed. */
  onOperations(): void;
}

export class TargetPauses {
  readonly #options: TargetPausesOptions;

  constructor(options: TargetPausesOptions) {
    this.#options = options;
  }

  /** Waits out an absent store. False: it was not paused by this, because somebody changed or paused it before. */
  async pause(
    delivery: ClaimedDelivery,
    target: Target,
    asked: AskedPause,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { lanes, log, laneConfiguration } = this.#options;
    if (asked.of === "connection") {
      lanes.pauseScope(target.connectionId, performance.now() + HEARD_MS);
    }
    while (!signal.aborted) {
      try {
        const isPaused = await this.#write(delivery, target, asked);
        if (isPaused) {
          log.warn(
            {
              account: formatId("acc", delivery.accountId),
              subscription: formatId("sub", delivery.subscriptionId),
              connection: formatId("con", target.connectionId),
              reason: asked.reason,
            },
            `paused the ${asked.of}: its deliveries wait`,
          );
          this.#options.onOperations();
        }
        // Whoever resumes it begins anew.
        lanes.resetBreaker(delivery.subscriptionId);
        this.#options.onReset();
        await laneConfiguration.follow(delivery.accountId);
        return isPaused;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) {
          log.error({ err: error }, "a pause cannot be written; the next attempt asks for it again");
          await laneConfiguration.follow(delivery.accountId).catch(() => {});
          return false;
        }
        log.warn({ err: error }, "a pause cannot be written; trying again");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return false;
  }

  #write(delivery: ClaimedDelivery, target: Target, asked: AskedPause): Promise<boolean> {
    const { db, ownership } = this.#options;
    const isConnection = asked.of === "connection";
    const version = isConnection ? target.connection?.version : target.subscription.version;
    return pauseTarget(db, ownership.dispatcherId, {
      accountId: delivery.accountId,
      partition: delivery.partition,
      epoch: delivery.epoch,
      of: asked.of,
      id: isConnection ? target.connectionId : delivery.subscriptionId,
      version: asked.onlyThisVersion ? (version ?? null) : null,
      reason: asked.reason,
      detail: asked.detail,
      operations: tellOfPause(delivery, target, asked),
    });
  }
}
