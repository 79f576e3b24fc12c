export { decide, type DecideOptions, type Decision } from "./decide.ts";
export { deliveryIdOf, formatId, newUuid, parseId, timeOfId, type IdPrefix } from "./ids.ts";
export { DEFAULT_SCHEDULE_MS, retryAfterMs, type RetryOptions } from "./retry-schedule.ts";
