import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tryLock } from "./install-lock.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stellwerk-lock-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lockFile = () => join(root, ".cache/install.lock");

function leaveLock(host: string, pids: number[]): void {
  mkdirSync(join(root, ".cache"));
  writeFileSync(lockFile(), JSON.stringify({ host, pids }));
}

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

test("only one has it, until it is released", () => {
  const lock = tryLock(root);
  expect(lock).toBeDefined();
  expect(tryLock(root)).toBeUndefined();
  lock?.release();
  expect(tryLock(root)).toBeDefined();
});

test("the lock of a process that has ended is taken over", () => {
  leaveLock(hostname(), [deadPid()]);
  expect(tryLock(root)).toBeDefined();
  expect(existsSync(`${lockFile()}.removing`)).toBe(false);
});

test("the lock is held while the package manager lives on", () => {
  leaveLock(hostname(), [deadPid(), process.pid]);
  expect(tryLock(root)).toBeUndefined();
});

test("another machine's lock is honoured, whatever its pids mean here, until it is old", () => {
  leaveLock("another-machine", [deadPid()]);
  expect(tryLock(root)).toBeUndefined();
  const anHourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(lockFile(), anHourAgo, anHourAgo);
  expect(tryLock(root)).toBeDefined();
});
