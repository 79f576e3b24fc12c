/**
 * The bootstrap as `npm test` starts it: as a process, with signals, on a workspace of its own.
 * It is mostly waiting, so all tests run at once.
 */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { openTestWorkspace } from "./testing-workspace.ts";

const PRINTS_ARGUMENTS = 'console.log("target", process.argv.slice(2).join(" "));';
/** Drains on SIGINT and SIGTERM for a moment, counts them, and ends with 7. */
const DRAINS = `
  const seen = [];
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {
    seen.push(signal);
    setTimeout(() => { console.log("drained after " + seen.join(" ")); process.exit(7); }, 400);
  });
  console.log("target is ready as " + process.pid);
  setTimeout(() => {}, 15_000);
`;

test.concurrent("the first run installs, the second does not", async () => {
  using workspace = openTestWorkspace(PRINTS_ARGUMENTS);
  const first = await workspace.start("store", "-t", "a name").ended;
  expect(first).toMatchObject({ code: 0, output: expect.stringContaining("target store -t a name") });
  expect(first.output).toContain("Installing the dependencies");
  const second = await workspace.start().ended;
  expect(second).toMatchObject({ code: 0, output: "target \n" });
  expect(workspace.installs()).toBe(1);
});

test.concurrent.each(["pnpm-lock.yaml", "pnpm-workspace.yaml"])("a changed %s is installed", async (file) => {
  using workspace = openTestWorkspace(PRINTS_ARGUMENTS);
  await workspace.start().ended;
  writeFileSync(join(workspace.root, file), "changed: true\n");
  await workspace.start().ended;
  expect(workspace.installs()).toBe(2);
});

test.concurrent("an install that a developer ran by hand is recognised by its postinstall", async () => {
  using workspace = openTestWorkspace(PRINTS_ARGUMENTS);
  await workspace.start().ended;
  rmSync(join(workspace.root, "node_modules/.stellwerk-install"));
  await import(join(workspace.root, "tooling/bootstrap/mark-installed.mjs"));
  await workspace.start().ended;
  expect(workspace.installs()).toBe(1);
});

test.concurrent("two at once install once, and both run", async () => {
  using workspace = openTestWorkspace(PRINTS_ARGUMENTS);
  const both = await Promise.all([workspace.start("one").ended, workspace.start("two").ended]);
  expect(both.map((each) => each.code)).toEqual([0, 0]);
  expect(both.map((each) => each.output).join("")).toContain("waiting for it");
  expect(workspace.installs()).toBe(1);
});

test.concurrent("an install that is killed hard holds nobody up", async () => {
  using workspace = openTestWorkspace(PRINTS_ARGUMENTS);
  const killed = workspace.start();
  await killed.printed("Installing the dependencies");
  await pause(100);
  killed.child.kill("SIGKILL");
  // Its package manager goes on for a moment and still holds the lock.
  const next = await workspace.start().ended;
  expect(next).toMatchObject({ code: 0, output: expect.stringContaining("target") });
});

test.concurrent("a failed install says why and what to do, and the target does not run", async () => {
  using workspace = openTestWorkspace(PRINTS_ARGUMENTS);
  workspace.failInstalls("npm error code ENOTFOUND\n", 1);
  const failed = await workspace.start().ended;
  expect(failed.code).toBe(1);
  expect(failed.output).toContain("ENOTFOUND");
  expect(failed.output).toContain("The package registry cannot be reached.");
  expect(failed.output).not.toContain("target");
  workspace.failInstalls("", 0);
  expect(await workspace.start().ended).toMatchObject({ code: 0 });
});

test.concurrent("a machine without npm is told so", () => {
  using workspace = openTestWorkspace(PRINTS_ARGUMENTS);
  rmSync(join(workspace.root, "machine/npx"));
  const ended = spawnSync(process.execPath, ["tooling/bootstrap/run.mjs", "test"], {
    cwd: workspace.root,
    env: { PATH: join(workspace.root, "machine") },
    encoding: "utf8",
  });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toContain("npm (its `npx`) was not found");
});

test.concurrent("an unknown command is refused by name", () => {
  const run = join(import.meta.dirname, "run.mjs");
  const ended = spawnSync(process.execPath, [run, "strat"], { encoding: "utf8" });
  expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('no "strat"') });
});

test.concurrent("the target's exit code is ours", async () => {
  using workspace = openTestWorkspace("process.exit(42);");
  expect(await workspace.start().ended).toMatchObject({ code: 42, signal: null });
});

test.concurrent("a target that was killed by a signal ends us by that signal", async () => {
  using workspace = openTestWorkspace('process.kill(process.pid, "SIGKILL");');
  expect(await workspace.start().ended).toMatchObject({ code: null, signal: "SIGKILL" });
});

test.concurrent("a Ctrl-C that comes from the terminal and from npm reaches the target once, which drains", async () => {
  using workspace = openTestWorkspace(DRAINS);
  const running = workspace.start();
  await running.printed("target is ready");
  running.child.kill("SIGINT");
  await pause(50);
  running.child.kill("SIGINT");
  expect(await running.ended).toMatchObject({
    code: 7,
    output: expect.stringContaining("drained after SIGINT\n"),
  });
});

test.concurrent("a second Ctrl-C of a person is passed on", async () => {
  using workspace = openTestWorkspace(DRAINS.replace("400", "1_500"));
  const running = workspace.start();
  await running.printed("target is ready");
  running.child.kill("SIGINT");
  await pause(700);
  running.child.kill("SIGINT");
  expect((await running.ended).output).toContain("drained after SIGINT SIGINT\n");
});

test.concurrent.each(["SIGTERM", "SIGHUP"] as const)(
  "%s drains the target and leaves nothing behind",
  async (signal) => {
    using workspace = openTestWorkspace(DRAINS);
    const running = workspace.start();
    await running.printed("target is ready as");
    running.child.kill(signal);
    const { code, output } = await running.ended;
    expect(code).toBe(7);
    expect(output).toContain("drained after SIGTERM\n");
    const pid = Number(/ready as (\d+)/.exec(output)?.[1]);
    expect(isAlive(pid)).toBe(false);
  },
);

test.concurrent("what the target leaves behind when it crashes is ended with it", async () => {
  using workspace = openTestWorkspace(`
    import { spawn } from "node:child_process";
    console.log("left " + spawn("sleep", ["60"], { stdio: "ignore" }).pid);
    process.kill(process.pid, "SIGKILL");
  `);
  const { output } = await workspace.start().ended;
  const pid = Number(/left (\d+)/.exec(output)?.[1]);
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
});

/** One that has ended but was not waited for (nobody does in some containers) is not alive. */
function isAlive(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}
