import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const kit = fileURLToPath(new URL("..", import.meta.url));
const [connector, suite] = [
  ...readFileSync(join(kit, "README.md"), "utf8").matchAll(/```ts\n([\s\S]*?)```/g),
].map((found) => found[1] ?? "");

const ANSWERS = `# Boards

| question                          | answer |
| --------------------------------- | ------ |
| Is order required?                | No     |
| Is replaying missed events safe?  | Yes    |
| Is replaying delivered ones safe? | Yes    |
| Does one event fan out?           | No     |
`;

test(
  "the README's connector, pasted into a package of its own, passes the README's suite",
  { timeout: 120_000 },
  async () => {
    mkdirSync(join(kit, ".cache"), { recursive: true });
    const folder = mkdtempSync(join(kit, ".cache", "readme-"));
    try {
      const manifest = { name: "@acme/boards", version: "1.0.0", type: "module", exports: "./src/index.ts" };
      writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
      writeFileSync(join(folder, "README.md"), ANSWERS);
      mkdirSync(join(folder, "src"));
      writeFileSync(join(folder, "src/index.ts"), connector ?? "");
      writeFileSync(join(folder, "src/conformance.test.ts"), suite ?? "");
      mkdirSync(join(folder, "node_modules/@stellwerk"), { recursive: true });
      symlinkSync(kit, join(folder, "node_modules/@stellwerk/connector-kit"));
      for (const name of ["zod", "vitest"]) {
        symlinkSync(join(kit, "node_modules", name), join(folder, "node_modules", name));
      }
      const vitest = join(kit, "node_modules/vitest/vitest.mjs");
      const file = join(folder, "report.json");
      await run(process.execPath, [vitest, "run", "-u", "--reporter=json", `--outputFile=${file}`], {
        cwd: folder,
        env: {
          ...process.env,
          NO_COLOR: "1",
          VITEST: undefined,
          VITEST_WORKER_ID: undefined,
          VITEST_POOL_ID: undefined,
        },
      }).catch(() => undefined); // What failed is in the report.
      const report = JSON.parse(readFileSync(file, "utf8")) as {
        readonly numPassedTests: number;
        readonly testResults: readonly {
          readonly assertionResults: readonly {
            readonly status: string;
            readonly failureMessages: readonly string[];
          }[];
        }[];
      };
      const failed = report.testResults.flatMap(({ assertionResults }) =>
        assertionResults.flatMap(({ status, failureMessages }) =>
          status === "failed" ? failureMessages : [],
        ),
      );
      expect(failed).toEqual([]);
      expect(report.numPassedTests).toBeGreaterThan(30);
      expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("## `boards.add_card`");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
