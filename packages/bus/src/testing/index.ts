export { busFaultSuite, busSuite } from "./bus-suite.ts";
export type { BreakableBackend, BusBackend, BusDriver, BusSettings } from "./bus-driver.ts";
