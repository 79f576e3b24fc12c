export { settle, SimulatedClock } from "./simulated-clock.ts";
export { seededRandom } from "./seeded-random.ts";
