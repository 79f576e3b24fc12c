/** Which faults, on whom, in which order: chosen by the seed. */
import type { Random } from "@stellwerk/e2e/random.ts";
import type { Stage } from "../stage/stage.ts";
import { backendFaults } from "./backends.ts";
import type { FaultKind, Victim } from "./fault.ts";
import { processFaults } from "./processes.ts";
import { stepFaults } from "./steps.ts";
import { targetFaults } from "./targets.ts";

export interface Planned {
  readonly kind: FaultKind;
  readonly victim: Victim;
}

const ALL: readonly FaultKind[] = [...processFaults, ...stepFaults, ...backendFaults, ...targetFaults];

/** `count` of them, each kind as often as its weight says, and while there is room at least once. */
export function planFaults(stage: Stage, count: number, random: Random): Planned[] {
  const kinds = possible(stage);
  const weights = kinds.reduce((sum, each) => sum + each.weight, 0);
  const chosen = random.shuffle(kinds).slice(0, count);
  while (chosen.length < count) chosen.push(pickByWeight(kinds, random.between(0, weights)));
  return aim(stage, chosen, random);
}

/** Each kind once; what is the same on every bus not on Kafka, where a dispatcher's next one waits ten seconds for it. */
export function planEachOnce(stage: Stage, random: Random): Planned[] {
  const kinds = possible(stage).filter((kind) => stage.broker === undefined || kind.anyBus !== true);
  return aim(stage, kinds, random);
}

function possible(stage: Stage): FaultKind[] {
  return ALL.filter((kind) => kind.victims(stage).length > 0);
}

function aim(stage: Stage, kinds: readonly FaultKind[], random: Random): Planned[] {
  return random.shuffle(kinds).map((kind) => ({ kind, victim: random.pick(kind.victims(stage)) }));
}

function pickByWeight(kinds: readonly FaultKind[], at: number): FaultKind {
  let passed = 0;
  for (const kind of kinds) {
    passed += kind.weight;
    if (at < passed) return kind;
  }
  throw new Error("there is no fault to pick from");
}
