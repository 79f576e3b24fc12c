import { describe } from "vitest";
import { busSuite } from "../testing/bus-suite.ts";
import { postgresDriver } from "../testing/postgres-driver.ts";

describe("postgres", () => {
  busSuite(postgresDriver);
});
