import { expect, test } from "vitest";
import type { Account } from "../measure/account.ts";
import type { SystemResult } from "../measure/measure-system.ts";
import type { Measurement } from "../measure/measure.ts";
import type { Machine } from "./machine.ts";
import { describeFlaws, renderReport } from "./report.ts";

const MACHINE: Machine = {
  cores: 2,
  processor: "CPU",
  memoryGiB: 8,
  system: "Linux",
  node: "v24",
  fsyncMs: 1.23,
};
const ACCOUNT: Account = {
  planned: 1_000,
  notSent: 0,
  refused: 0,
  unanswered: 0,
  accepted: 1_000,
  delivered: 1_000,
  missing: 0,
  duplicates: 0,
  surplus: 0,
  late: 0,
  altered: 0,
  missingWebsites: [],
};
const LATENCIES = { p50: 1.04, p95: 2, p99: 3, max: 4_000 };

const COSTS = {
  processes: [
    { name: "app", cpuMs: 300, peakMemoryBytes: 100e6 },
    { name: "postgres", cpuMs: 200, peakMemoryBytes: 50e6 },
    { name: "load", cpuMs: 70, peakMemoryBytes: 1e6 },
  ],
  othersPercent: 3,
};

function measured(rate: number, more: Partial<Measurement> = {}): Measurement {
  return {
    rate,
    seconds: 10,
    account: ACCOUNT,
    deliveriesPerSecond: rate,
    latenessMs: LATENCIES,
    ackMs: LATENCIES,
    endToEndMs: LATENCIES,
    sustained: true,
    costs: COSTS,
    writingTransactions: 50,
    ...more,
  };
}

function system(name: string, max: Measurement): SystemResult {
  return { name, idlePercent: undefined, measurements: [{ ...max, isMax: true }], everything: [max] };
}

function render(...systems: SystemResult[]): string {
  return renderReport({
    startedAt: "2026-11-23T10:00:00Z",
    command: "pnpm bench",
    machine: MACHINE,
    systems,
  });
}

test("costs are per event that was accepted, the instruments' apart from the system's", () => {
  expect(render(system("standalone", measured(1_000)))).toMatch(
    /\| standalone +\| max 1,000 +\| +500 +\| app 300, postgres 200 +\| +70 +\| +0\.050 +\| app 100, postgres 50 +\|/,
  );
});

test("the maximum is set against the bare loop of the same run", () => {
  const text = render(system("bare", measured(4_000)), system("standalone", measured(1_000)));
  expect(text).toContain("standalone sustains 1,000 events/s, 25 % of the bare loop's 4,000.");
});

test("a machine that does something else as well is said to be busy, a quiet one is not", () => {
  const busy = measured(1_000, { costs: { ...COSTS, othersPercent: 120 } });
  expect(render(system("bare", measured(1_000)), system("standalone", busy))).toContain(
    "up to 120 % of a core",
  );
  expect(render(system("bare", measured(1_000)))).not.toContain("not quiet");
});

test("a maximum that was not held is no maximum", () => {
  const text = render(
    system("bare", measured(4_000)),
    system("standalone", measured(900, { sustained: false })),
  );
  expect(text).toContain("900 (not sustained)");
  expect(text).not.toContain("% of the bare loop");
});

test.each([
  [{ missing: 2, missingWebsites: [7] }, "2 deliveries of accepted events are missing (website 7"],
  [{ surplus: 1 }, "1 deliveries were made twice"],
  [{ altered: 3 }, "3 bodies arrived altered"],
])("%o is a flaw of the run", (flaw, words) => {
  const flawed = system("standalone", measured(1_000, { account: { ...ACCOUNT, ...flaw } }));
  expect(describeFlaws([flawed])).toEqual([expect.stringContaining(words)]);
});

test("duplicates and refusals are shown and are no flaws", () => {
  const account = { ...ACCOUNT, duplicates: 3, refused: 5, accepted: 995 };
  expect(describeFlaws([system("standalone", measured(1_000, { account }))])).toEqual([]);
});
