/** `pnpm check-history <files>`: ends with 1 when a rule does not hold. */
import { checkHistory, RULES } from "./check-history.ts";
import { readHistory } from "./read-history.ts";

const SHOWN = 10;

const paths = process.argv.slice(2);
if (paths.length === 0) {
  process.stderr.write(
    "usage: pnpm check-history <file> …   what STELLWERK_HISTORY_FILE named, of every process\n",
  );
  process.exit(2);
}
const lines = await readHistory(paths);
const findings = checkHistory(lines);
const say = (text: string) => process.stdout.write(`${text}\n`);
for (const { rule, places } of findings) {
  say(`${places.length} × ${rule}`);
  for (const place of places.slice(0, SHOWN)) say(`    ${place}`);
}
const processes = new Set(lines.map((each) => each.by)).size;
say(`${lines.length} lines of ${processes} processes, ${RULES.length} rules: ${findings.length} do not hold`);
process.exit(findings.length === 0 ? 0 : 1);
