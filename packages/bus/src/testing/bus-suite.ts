/**
 * The contract of port.ts as tests that every driver passes.
 *
 *     describe("postgres", () => busSuite(postgresDriver));
 *     describe("postgres that breaks", () => busFaultSuite(breakablePostgresDriver));
 *
 * Two suites, so that they can run side by side: the second kills its backend again and again.
 */
import type { BreakableBackend, BusBackend, BusDriver } from "./bus-driver.ts";
import { claimsOf } from "./claim.ts";
import { consumeClaims } from "./consume-claims.ts";
import { faultClaims } from "./fault-claims.ts";
import { groupClaims } from "./group-claims.ts";
import { publishClaims } from "./publish-claims.ts";

export function busSuite<Backend extends BusBackend>(driver: BusDriver<Backend>): void {
  const claim = claimsOf(driver);
  publishClaims(claim);
  consumeClaims(claim);
  groupClaims(claim);
}

export function busFaultSuite<Backend extends BreakableBackend>(driver: BusDriver<Backend>): void {
  faultClaims(claimsOf(driver));
}
