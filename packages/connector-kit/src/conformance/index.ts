export { conformance, conformanceChecks, skipReason } from "./conformance.ts";
export type { ConformanceCheck } from "./check.ts";
export type { ConformanceOptions, Line, PlayedConnection, PlayedVendor } from "./options.ts";
