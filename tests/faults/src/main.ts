/**
 * The long run: `pnpm faults --kills 1000 --seed 7 --bus kafka`. The same stage, faults and reckoning as the short form in
 * `npm test`. Ends with 1 when anything was lost, doubled without a word, out of order, or a rule does not hold.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRandom, seedFromEnvironment } from "@stellwerk/e2e/random.ts";
import { addUp, type LongRun } from "./report/add-up.ts";
import type { Reckoning } from "./report/reckon.ts";
import { describeReckoning } from "./report/table.ts";
import { writeDocs } from "./report/write-docs.ts";
import { runFaults } from "./run.ts";

/** After so many the stage is reckoned up and a new one opened, so that what is wrong is found near its cause. */
const FAULTS_PER_STAGE = 200;
const RESULTS = fileURLToPath(new URL("../results/", import.meta.url));

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string" },
    bus: { type: "string", default: "postgres" },
    json: { type: "string" },
    docs: { type: "string", multiple: true },
  },
});
if (values.docs !== undefined) {
  writeDocs(values.docs.map((file) => JSON.parse(readFileSync(file, "utf8")) as LongRun));
  process.exit(0);
}
const count = Number(values.kills);
const seed = values.seed === undefined ? seedFromEnvironment() : Number(values.seed);
const { bus } = values;
if (
  !Number.isSafeInteger(count) ||
  count < 1 ||
  !Number.isSafeInteger(seed) ||
  (bus !== "postgres" && bus !== "kafka")
) {
  throw new Error(
    "usage: pnpm faults [--kills 1000] [--seed 7] [--bus postgres|kafka] [--json file], or --docs a.json --docs b.json",
  );
}
// Through `exit`, where everything that was started is ended.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const random = createRandom(seed);
const startedAt = new Date().toISOString();
const startedAtMs = performance.now();
const kept = join(RESULTS, `${bus}-${seed}`);
console.log(`${count} faults on ${bus}, seed ${seed}`);
const reckonings: Reckoning[] = [];
for (let struck = 0; struck < count;) {
  const faults = Math.min(FAULTS_PER_STAGE, count - struck);
  console.log(`\nfaults ${struck + 1} to ${struck + faults}`);
  let number = struck;
  const reckoning = await runFaults({
    bus,
    faults,
    random,
    onStruck({ name, victim, backAfterMs }, accepted, received) {
      number += 1;
      const minutes = ((performance.now() - startedAtMs) / 60_000).toFixed(1);
      console.log(
        `${String(number).padStart(5)}  ${minutes.padStart(5)} min  ${`${name}: ${victim}`.padEnd(80)} back after ${(backAfterMs / 1_000).toFixed(1).padStart(5)} s  accepted ${accepted}, received ${received}`,
      );
    },
    keep(files, output) {
      const folder = join(kept, String(struck));
      mkdirSync(folder, { recursive: true });
      for (const file of files) cpSync(file, join(folder, basename(file)));
      writeFileSync(join(folder, "output.txt"), output);
      console.log(`what happened is kept in ${folder}`);
    },
  });
  struck += faults;
  reckonings.push(reckoning);
  console.log(describeReckoning(reckoning));
}
const total: LongRun = {
  bus,
  seed,
  startedAt,
  command: `pnpm faults --kills ${count} --seed ${seed} --bus ${bus}`,
  minutes: (performance.now() - startedAtMs) / 60_000,
  reckoning: addUp(reckonings),
};
console.log(`\nall of it, in ${total.minutes.toFixed(1)} minutes:\n${describeReckoning(total.reckoning)}`);
const file = resolve(values.json ?? join(RESULTS, `${bus}-${seed}.json`));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(total, null, 2)}\n`);
const clean = total.reckoning.problems.length === 0;
console.log(
  `written to ${file}\n${clean ? `${count} faults, every promise kept` : "FAILED: see above"} (seed ${seed})`,
);
process.exit(clean ? 0 : 1);
