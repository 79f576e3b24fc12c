import { expect, test } from "vitest";
import { createRandom, seedFromEnvironment } from "../random.ts";
import { describeBlow, describeFindings, problemsIn } from "./describe-findings.ts";
import { planEach } from "./plan.ts";
import { runScene } from "./run-scene.ts";
import { STANDALONE } from "./suite-plans.ts";

const WITHIN_MS = 240_000;

test(
  "kill -9 of standalone and its PostgreSQL at any moment loses nothing that was answered 202",
  { timeout: WITHIN_MS },
  async () => {
    const random = createRandom(seedFromEnvironment());
    console.log(`seed ${random.seed} (E2E_SEED=${random.seed} chooses the same kills)`);
    const findings = await runScene({
      ...STANDALONE,
      random,
      plan: () => planEach(STANDALONE.times, random),
      onBlow: (blow) => console.log(describeBlow(blow)),
    });
    console.log(describeFindings(findings));
    expect(problemsIn(findings)).toEqual({});
    // A run in which little happened proves little.
    expect(findings.accepted).toBeGreaterThan(500);
  },
);
