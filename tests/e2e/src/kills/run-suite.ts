/** A scene's part of the suite, with a report that says what was done and how to do it again. */
import { createRandom, seedFromEnvironment } from "../random.ts";
import { describeBlow, describeFindings, problemsIn } from "./describe-findings.ts";
import { planEach } from "./plan.ts";
import { runScene } from "./run-scene.ts";
import type { OpenScene } from "./scene.ts";

export interface SuiteResult {
  readonly problems: Readonly<Record<string, readonly string[]>>;
  readonly accepted: number;
}

export async function runSuite(
  open: OpenScene,
  times: Readonly<Record<string, number>>,
): Promise<SuiteResult> {
  const random = createRandom(seedFromEnvironment());
  const report = [`seed ${random.seed}: E2E_SEED=${random.seed} chooses the same kills again`];
  try {
    const findings = await runScene({
      open,
      random,
      plan: () => planEach(times, random),
      onBlow: (blow) => report.push(describeBlow(blow)),
    });
    report.push(describeFindings(findings));
    return { problems: problemsIn(findings), accepted: findings.accepted };
  } finally {
    console.log(report.join("\n"));
  }
}
