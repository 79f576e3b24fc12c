import { describe } from "vitest";
import { busFaultSuite } from "../testing/bus-suite.ts";
import { breakablePostgresDriver } from "../testing/postgres-driver.ts";

describe("postgres that breaks", () => {
  busFaultSuite(breakablePostgresDriver);
});
