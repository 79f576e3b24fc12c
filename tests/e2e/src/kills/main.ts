/**
 * The long run: `pnpm kills --count 300 --seed 7 --scene apart`, or `--bus kafka`. The same scenes, blows and reckoning as the suite, as
 * often as asked; ends with 1 when anything was lost, doubled without a mark, or changed.
 */
import { parseArgs } from "node:util";
import { createRandom, seedFromEnvironment } from "../random.ts";
import { openApartScene } from "./apart-scene.ts";
import { describeBlow, describeFindings, problemsIn } from "./describe-findings.ts";
import { openKafkaScene } from "./kafka-scene.ts";
import { planMany } from "./plan.ts";
import { runScene } from "./run-scene.ts";
import { openStandaloneScene } from "./standalone-scene.ts";

const SCENES = [
  { name: "apart", bus: "postgres", open: openApartScene },
  { name: "standalone", bus: "postgres", open: openStandaloneScene },
  { name: "apart", bus: "kafka", open: openKafkaScene },
] as const;
/** After so many the scene is reckoned up and a new one begins, so that a loss is found near its cause. */
const BLOWS_PER_SCENE = 30;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "300" },
    seed: { type: "string" },
    scene: { type: "string" },
    bus: { type: "string", default: "postgres" },
  },
});
const count = Number(values.count);
const seed = values.seed === undefined ? seedFromEnvironment() : Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  throw new Error(
    "usage: pnpm kills [--count 300] [--seed 7] [--bus postgres|kafka] [--scene apart|standalone]",
  );
}
const chosen = SCENES.filter(
  ({ name, bus }) => bus === values.bus && (values.scene === undefined || name === values.scene),
);
if (chosen.length === 0)
  throw new Error(`there is no --scene ${values.scene ?? "apart"} on --bus ${values.bus}`);

// Through `exit`, where everything that was started is ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const random = createRandom(seed);
console.log(`${count} blows, seed ${seed}`);
let struck = 0;
let clean = true;
for (let part = 0; struck < count; part += 1) {
  const scene = chosen[part % chosen.length];
  if (scene === undefined) break;
  const size = Math.min(BLOWS_PER_SCENE, count - struck);
  console.log(`\n${scene.name} on ${scene.bus}: blows ${struck + 1} to ${struck + size}`);
  const before = struck;
  const findings = await runScene({
    open: scene.open,
    random,
    plan: (blows) => planMany(blows, size, random),
    onBlow: (blow) => console.log(describeBlow({ ...blow, number: before + blow.number })),
  });
  struck += size;
  clean &&= Object.keys(problemsIn(findings)).length === 0;
  console.log(describeFindings(findings));
}
console.log(clean ? `\n${count} blows, nothing lost (seed ${seed})` : `\nFAILED: see above (seed ${seed})`);
process.exitCode = clean ? 0 : 1;
