/**
 * `pnpm simulate`: the real lanes, breakers, schedule and decisions over a million deliveries in simulated time.
 * Exits with 1 when a bound does not hold. `--short` for a small one, `--seed=7` for another one.
 */
import { parseArgs } from "node:util";
import { FULL, SHORT, simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: { short: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
});
const startedMs = performance.now();
const { lines, broken } = await simulate(values.short ? SHORT : FULL, Number(values.seed));
const width = Math.max(...lines.map(([name]) => name.length));
for (const [name, value] of lines) console.log(`${name.padEnd(width)}  ${value}`);
console.log(`\n${((performance.now() - startedMs) / 1_000).toFixed(1)} s, seed ${values.seed}`);
for (const bound of broken) console.error(`FAILED: ${bound}`);
process.exitCode = broken.length === 0 ? 0 : 1;
