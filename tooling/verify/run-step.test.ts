import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runStep } from "./run-step.ts";
import type { Command, Step } from "./steps.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stellwerk-run-step-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const node = (code: string): Command => ({ program: process.execPath, args: ["-e", code], folder: "." });
const checks = (...commands: Command[]): Step => ({ name: "a check", commands, counts: "check" });

test("one failing command of several fails the step, and only its output is shown", async () => {
  const result = await runStep(
    folder,
    checks(node("console.log('fine')"), node("console.log('broken'); process.exit(1)")),
    process.env,
  );
  expect(result).toMatchObject({ passed: 0, failed: 1 });
  expect(result.output).toContain("broken");
  expect(result.output).not.toContain("fine");
});

test("a program that does not exist is a failure that names it", async () => {
  const result = await runStep(
    folder,
    checks({ program: "no-such-program", args: [], folder: "." }),
    process.env,
  );
  expect(result).toMatchObject({ passed: 0, failed: 1 });
  expect(result.output).toContain("no-such-program");
});

test("a process that a command leaves behind does not hold the run up", async () => {
  const leaves = "require('child_process').spawn('sleep', ['60'], { stdio: 'inherit' }).unref()";
  const result = await runStep(folder, checks(node(leaves)), process.env);
  expect(result).toMatchObject({ passed: 1, failed: 0 });
  expect(result.durationMs).toBeLessThan(10_000);
});

test("vitest's own numbers are the counts", async () => {
  // Inside tooling, so that the file finds vitest.
  const inside = mkdtempSync(join(import.meta.dirname, "..", "node_modules", ".run-step-"));
  try {
    mkdirSync(join(inside, "src"));
    writeFileSync(
      join(inside, "src", "sample.test.ts"),
      `import { expect, test } from "vitest";
       test("one", () => {});
       test("two", () => {});
       test("three", () => expect(1).toBe(2));
       test.todo("four");`,
    );
    const vitest: Command = {
      program: process.execPath,
      args: [join(import.meta.dirname, "../node_modules/vitest/vitest.mjs"), "run", "--exclude", "nothing"],
      folder: ".",
    };
    const result = await runStep(
      inside,
      { name: "test sample", commands: [vitest], counts: "vitest" },
      process.env,
    );
    expect(result).toMatchObject({ passed: 2, failed: 1, skipped: 1 });
    expect(result.output).toContain("expected 1 to be 2");
  } finally {
    rmSync(inside, { recursive: true, force: true });
  }
});
