/** Findings as lines for a terminal: the counts, then what should not be there. */
import type { Findings } from "../check.ts";
import type { Blow } from "./run-kills.ts";

const EXAMPLES = 5;

export function describeBlow({ number, name, backAfterMs, accepted, received }: Blow): string {
  const seconds = `${(backAfterMs / 1_000).toFixed(1)} s`;
  return `${String(number).padStart(4)}  ${name.padEnd(46)} back after ${seconds.padStart(6)}   accepted ${accepted}, received ${received}`;
}

export function describeFindings(findings: Findings): string {
  return Object.entries(findings)
    .map(([name, value]: [string, number | readonly string[]]) => {
      if (typeof value === "number") return `  ${name.padEnd(16)} ${value}`;
      const examples = value.slice(0, EXAMPLES).map((each) => `\n      ${each}`);
      return `  ${name.padEnd(16)} ${value.length}${value.length === 0 ? "" : "   <-- must be 0"}${examples.join("")}`;
    })
    .join("\n");
}

/** What must not be there; empty when every promise held. */
export function problemsIn(findings: Findings): Record<string, readonly string[]> {
  const lists = Object.entries(findings).filter(([, value]: [string, number | readonly string[]]) => {
    return typeof value !== "number" && value.length > 0;
  });
  return Object.fromEntries(lists);
}
