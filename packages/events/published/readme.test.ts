import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(packageFolder, "README.md"), "utf8");

/** All but the one that needs a broker: that a kafkajs message fits is a claim of decode-event.test.ts. */
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)]
  .map((found) => found[1] ?? "")
  .filter((code) => !code.includes("kafkajs"));

/** What an example says it prints: the comment behind a console.log, or on the lines below it. */
function promisedBy(code: string): string {
  const promised = /console\.log\(.*\); \/\/ (.*)|^ {2}\/\/ (.*)/gm;
  return [...code.matchAll(promised)].map(([, behind, below]) => `${behind ?? below}\n`).join("");
}

test.each(examples)("the README's example %# prints what it says", async (code) => {
  mkdirSync(join(packageFolder, ".cache"), { recursive: true });
  // Inside the package, where its own name leads to its source.
  const folder = mkdtempSync(join(packageFolder, ".cache", "readme-"));
  try {
    const file = join(folder, "example.ts");
    writeFileSync(file, code);
    const { stdout } = await run(process.execPath, [file], { cwd: packageFolder });
    expect(stdout).toBe(promisedBy(code));
    expect(stdout).not.toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
