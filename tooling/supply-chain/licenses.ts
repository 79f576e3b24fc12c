/** `node tooling/supply-chain/licenses.ts`: the licences of everything installed, against those we allow. */
import { checkLicenses, type LicenseList } from "./check-licenses.ts";
import { runPnpm } from "./run-pnpm.ts";

const { ok, stdout, stderr } = runPnpm("--recursive", "licenses", "list", "--json");
const problems = ok
  ? checkLicenses(JSON.parse(stdout) as LicenseList)
  : [`pnpm could not list them: ${stderr}`];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
