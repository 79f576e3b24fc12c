export { compileInput, type ActionInput } from "./action-input.ts";
export { countedAgeMs, defaultMaxAgeMs } from "./age-limit.ts";
export { blockSubject } from "./block-subject.ts";
export {
  Breaker,
  DEFAULT_BREAKER,
  type BreakerChange,
  type BreakerOptions,
  type BreakerParts,
  type BreakerSnapshot,
  type BreakerState,
} from "./breaker.ts";
export { CallGates, type CallKeys, type Entered } from "./call-gates.ts";
export { machineClock, type Clock } from "./clock.ts";
export { decide, type DecideOptions, type Decision } from "./decide.ts";
export { describeDelivery, type DeliveryDescription, type ToldDelivery } from "./describe-delivery.ts";
export { DeliveryError, IllegalTransitionError } from "./errors.ts";
export { deliveryIdOf, formatId, newUuid, parseId, timeOfId, type IdPrefix } from "./ids.ts";
export { laneResultOf, type LaneResult } from "./lane-result.ts";
export type { Lane, LaneDelivery, LaneSettings } from "./lane.ts";
export type { LanesOptions } from "./lanes-options.ts";
export { Lanes } from "./lanes.ts";
export type { Bilingual, Reason, Whose } from "./reason.ts";
export { isReasonCode, REASONS, reasonOf, type ReasonCode } from "./reasons.ts";
export { DEFAULT_SCHEDULE_MS, retryAfterMs, type RetryOptions } from "./retry-schedule.ts";
export { decideProbed, settleDoubt, type Doubt, type LookedFor } from "./settle-doubt.ts";
export type { Share } from "./share-out.ts";
export { DELIVERY_STATES, isFinal, type DeliveryState, type FinalState } from "./states.ts";
export type { BreakerWrite } from "./target-health.ts";
export { TokenBucket, type Rate } from "./token-bucket.ts";
export {
  findTransition,
  follow,
  TRANSITIONS,
  type DeliveryEvent,
  type ReasonRule,
  type Transition,
} from "./transitions.ts";
