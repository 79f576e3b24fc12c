import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("editors, pnpm's engine check and the installed program mean the same Node", () => {
  const manifest = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  const pinned = manifest.devDependencies["node"];
  expect(read(".nvmrc").trim()).toBe(pinned);
  expect(/^nodeVersion: (.+)$/m.exec(read("pnpm-workspace.yaml"))?.[1]).toBe(pinned);
});

test("the documentation names the pnpm that is used", () => {
  const manifest = JSON.parse(read("package.json")) as {
    devEngines: { packageManager: { version: string } };
  };
  expect(read("CONTRIBUTING.md")).toContain(`npx pnpm@${manifest.devEngines.packageManager.version}\``);
});
