/**
 * `node tooling/supply-chain/audit.ts`: known vulnerabilities of everything in the lockfile (`pnpm audit`). A registry
 * that does not answer fails nothing: it is said, and the next run asks again.
 */
import { readFileSync } from "node:fs";
import { type Advisory, type AdvisoryException, checkAdvisories } from "./check-advisories.ts";
import { runPnpm } from "./run-pnpm.ts";

const exceptions = JSON.parse(
  readFileSync(new URL("audit-exceptions.json", import.meta.url), "utf8"),
) as AdvisoryException[];

// Arguments go to pnpm: `--registry=…`.
const { stdout, stderr } = runPnpm("audit", "--json", ...process.argv.slice(2));
const advisories = readAdvisories(stdout);
// What an exception is worth can be said without the registry.
const problems = checkAdvisories(advisories ?? [], exceptions, new Date());
for (const problem of problems) console.error(problem);
if (advisories === undefined) {
  const reason = stderr.replaceAll(/npm warn.*/g, "").replaceAll(/[\s│├╰─▶×]+/g, " ");
  console.log(`warning: known vulnerabilities were NOT looked up, the registry did not say:${reason}`);
}
process.exitCode = problems.length > 0 ? 1 : 0;

/** Undefined: it is no report. */
function readAdvisories(text: string): Advisory[] | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  const report = JSON.parse(text) as { advisories?: Record<string, Advisory> };
  return report.advisories === undefined ? undefined : Object.values(report.advisories);
}
