/** One line of the suite: a claim that is a test's name, and what proves it. */
import type { Line } from "./options.ts";

export interface ConformanceCheck {
  readonly group: "definition" | "purity and secrecy" | "delivery" | "inputs" | "connection test";
  readonly name: string;
  /** What the connector may say it is without. */
  readonly line?: Line | undefined;
  run(): Promise<void> | void;
}

/** As `expect` would say it, for what is easier said in words. */
export function fail(message: string): never {
  throw new Error(message);
}
