import { expect, test } from "vitest";
import { parseMachineCpuMs, parseMemory, parseStat, readUsage } from "./process-usage.ts";

test("CPU time is found behind a name with spaces and brackets", () => {
  const stat = "42 (post (gres) 1) S 1 42 42 0 -1 4194560 100 200 0 0 11 22 33 44 20 0 1 0 500 1000 50";
  expect(parseStat(stat)).toEqual({ ticks: 33, reapedTicks: 77 });
});

test("the machine's CPU time is that of programs, not idling or waiting", () => {
  expect(parseMachineCpuMs("cpu  10 1 5 9000 70 3 2 1 0 0\ncpu0 5 0 2 4500 35 1 1 0 0 0\n")).toBe(160);
});

test("memory is read by its kinds", () => {
  const status =
    "Name:\tnode\nVmRSS:\t     600 kB\nRssAnon:\t     100 kB\nRssFile:\t     200 kB\nRssShmem:\t     300 kB\n";
  expect(parseMemory(status)).toEqual({ anonymous: 102_400, file: 204_800, shared: 307_200 });
});

test.runIf(process.platform === "linux")("work that a process does shows in its usage", () => {
  const before = readUsage(process.pid)!;
  const endsAt = performance.now() + 100;
  while (performance.now() < endsAt);
  const after = readUsage(process.pid)!;
  expect(after.cpuMs - before.cpuMs).toBeGreaterThanOrEqual(30);
  expect(after.memoryBytes).toBeGreaterThan(10_000_000);
});

test("a process that has ended has no usage", () => {
  expect(readUsage(2 ** 30)).toBeUndefined();
});
