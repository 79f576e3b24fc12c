import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHistory } from "@stellwerk/history";
import { afterEach, expect, test } from "vitest";
import type { StartSystem } from "../systems/system.ts";
import { keepHistory } from "./bench-history.ts";
import type { Instruments } from "./instruments.ts";

const folder = mkdtempSync(join(tmpdir(), "stellwerk-bench-history-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const instruments = {
  takeArrivals: async () => ({
    sequences: Uint32Array.of(1),
    arrivedAt: Float64Array.of(Number(process.hrtime.bigint()) / 1e6),
    webhookIds: ["dlv_1"],
    targets: Uint16Array.of(0),
    altered: 0,
  }),
} as Partial<Instruments> as Instruments;

/** It sends nothing, and says so. */
const start: StartSystem = async ({ environment }) => {
  openHistory(environment?.["STELLWERK_HISTORY_FILE"], "dispatcher");
  return { name: "still", hookUrl: "", processes: [], stop: async () => {} };
};

test("what arrives at the receiver is held against what the system says it did", async () => {
  const history = keepHistory(folder, "still", start, instruments);
  await history.start({ targets: [], bystanders: 0 });
  expect(await history.check()).toEqual([]);
  await history.instruments.takeArrivals();
  expect(await history.check()).toEqual([
    expect.stringContaining("still: 1 × requests that nobody had started, for example dlv_1 arrived 1 times"),
  ]);
});

test("a system without a history has none to check", async () => {
  const bare: StartSystem = async () => ({ name: "bare", hookUrl: "", processes: [], stop: async () => {} });
  const history = keepHistory(folder, "bare", bare, instruments);
  await history.start({ targets: [], bystanders: 0 });
  expect(await history.check()).toEqual([]);
});
