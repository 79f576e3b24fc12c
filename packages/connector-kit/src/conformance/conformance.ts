/**
 * The suite that every connector package runs: what the engine promises, it can only keep with a connector that passes.
 * Each line is a test with a name; what a connector cannot show it declares with a reason, which stands in the name.
 */
/* oxlint-disable vitest/expect-expect, vitest/no-conditional-tests, vitest/valid-title, vitest/no-disabled-tests --
   the rules are for tests written by hand; here each check becomes one, and what is skipped has its reason in its name */
import { describe, test } from "vitest";
import type { Connector } from "../connector.ts";
import type { ConformanceCheck } from "./check.ts";
import { answerChecks } from "./checks/answers.ts";
import { choiceChecks } from "./checks/choices.ts";
import { connectionTestChecks } from "./checks/connection-test.ts";
import { crashChecks } from "./checks/crashes.ts";
import { definitionChecks } from "./checks/definition.ts";
import { deliveryChecks } from "./checks/delivery.ts";
import { faultChecks } from "./checks/faults.ts";
import { inputChecks } from "./checks/inputs.ts";
import { probeChecks } from "./checks/probes.ts";
import { purityChecks } from "./checks/purity.ts";
import { secrecyChecks } from "./checks/secrecy.ts";
import { declaredWrongly } from "./declared-wrongly.ts";
import type { ConformanceOptions } from "./options.ts";

/** A process is started for some of them, on machines that do other things as well. */
const TIMEOUT_MS = 60_000;

/**
 * @example
 * conformance(slack, {
 *   folder: new URL("..", import.meta.url),
 *   connection: (url, index) => ({ settings: {}, secrets: { token: `xoxb-${index}-…` } }),
 *   fake: ({ secrets }) => openSlackState(secrets),
 *   without: { presets: "they come later" },
 * });
 */
export function conformance(connector: Connector, options: ConformanceOptions): void {
  const checks = conformanceChecks(connector, options);
  for (const group of new Set(checks.map((check) => check.group))) {
    describe(`${connector.id}: ${group}`, () => {
      for (const check of checks.filter((each) => each.group === group)) {
        const reason = skipReason(check, options);
        if (reason === undefined) test(check.name, { timeout: TIMEOUT_MS }, () => check.run());
        else test.skip(`${check.name} [without: ${reason}]`, () => undefined);
      }
    });
  }
}

/** All lines, also those that the connector is without. */
export function conformanceChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  return [
    {
      group: "definition",
      name: "it is without what it says it is without",
      run: () => declaredWrongly(connector, options),
    },
    ...definitionChecks(connector, options),
    ...purityChecks(connector, options),
    ...secrecyChecks(connector, options),
    ...deliveryChecks(connector, options),
    ...answerChecks(connector, options),
    ...faultChecks(connector, options),
    ...crashChecks(connector, options),
    ...probeChecks(connector, options),
    ...inputChecks(connector, options),
    ...choiceChecks(connector, options),
    ...connectionTestChecks(connector, options),
  ];
}

export function skipReason(
  { line }: ConformanceCheck,
  { without = {} }: ConformanceOptions,
): string | undefined {
  if (line === undefined) return undefined;
  // Without requests there is nothing that a vendor could do with them.
  const needsRequests = ["requests", "rejection", "unknown_status", "unknown_code", "any_body"].includes(
    line,
  );
  return without[line] ?? (needsRequests ? without.requests : undefined);
}
