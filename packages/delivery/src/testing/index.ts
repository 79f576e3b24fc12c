export { tryRuleOf } from "./try-rule.ts";
export { seededRandom } from "./seeded-random.ts";
export { settle, SimulatedClock } from "./simulated-clock.ts";
export {
  isBehind,
  SimulatedDispatcher,
  type SimulatedDelivery,
  type SimulatedSubscription,
} from "./simulated-dispatcher.ts";
