export { seededRandom } from "./seeded-random.ts";
export { settle, SimulatedClock } from "./simulated-clock.ts";
export {
  SimulatedDispatcher,
  type SimulatedDelivery,
  type SimulatedSubscription,
} from "./simulated-dispatcher.ts";
