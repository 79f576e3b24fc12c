import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isGone, ownIdentity } from "./index.ts";

test("a process is gone once it has ended, and not before", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const own = ownIdentity();
  const other = { pid: child.pid!, machine: own.machine };
  expect(isGone(other, own)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isGone(other, own)).toBe(own.machine !== null);
});

test("nobody can tell of a process on another machine, or of one that names none", () => {
  // Larger than any pid: it is certainly not there.
  const pid = 2 ** 30;
  const own = { pid: process.pid, machine: "here" };
  expect(isGone({ pid, machine: "here" }, own)).toBe(true);
  expect(isGone({ pid, machine: "there" }, own)).toBe(false);
  expect(isGone({ pid, machine: null }, { ...own, machine: null })).toBe(false);
});

test.runIf(process.platform === "linux")(
  "a machine is told by its name, its boot and its process table",
  () => {
    expect(ownIdentity().machine).toMatch(/^\S+ [\da-f-]{36} pid:\[\d+\]$/);
  },
);
