/** One measurement: send, wait until everything owed has arrived, settle the account. */
import { setTimeout as pause } from "node:timers/promises";
import { monotonicMs } from "../monotonic-clock.ts";
import type { SentLedger } from "../load/sent-ledger.ts";
import type { System } from "../systems/system.ts";
import { settleAccount, type Account } from "./account.ts";
import type { Instruments } from "./instruments.ts";
import { percentilesOf, type Percentiles } from "./percentiles.ts";
import { isSustained } from "./sustained.ts";
import { watchProcesses, type Costs } from "./watch-processes.ts";

export interface Measurement {
  readonly rate: number;
  readonly seconds: number;
  readonly account: Account;
  /** Deliveries a second, from the first due time to the last arrival. */
  readonly deliveriesPerSecond: number;
  /** Of the load generator itself: how late it was. Part of both latencies below. */
  readonly latenessMs: Percentiles | undefined;
  readonly ackMs: Percentiles | undefined;
  readonly endToEndMs: Percentiles | undefined;
  readonly sustained: boolean;
  /** Undefined where the machine does not tell. */
  readonly costs: Costs | undefined;
  readonly writingTransactions: number | undefined;
}

export interface Bench {
  readonly system: System;
  readonly instruments: Instruments;
  readonly targets: number;
}

const POLL_MS = 25;
/** The first retry comes after 5 s, so a pause of that length is not yet the end. */
const NOTHING_NEW_MS = 20_000;

export async function measureAt(bench: Bench, rate: number, seconds: number): Promise<Measurement> {
  return await measure(bench, seconds, (hookUrl) => bench.instruments.sendAt(hookUrl, rate, seconds));
}

export async function measureUnpaced(bench: Bench, inFlight: number, seconds: number): Promise<Measurement> {
  return await measure(bench, seconds, (hookUrl) =>
    bench.instruments.sendUnpaced(hookUrl, inFlight, seconds),
  );
}

async function measure(
  bench: Bench,
  seconds: number,
  send: (hookUrl: string) => Promise<SentLedger>,
): Promise<Measurement> {
  const { system, instruments, targets } = bench;
  const writtenBefore = await system.countWritingTransactions?.();
  const stopWatching = watchProcesses([...system.processes, ...instruments.processes]);

  const sent = await send(system.hookUrl);
  const accepted = sent.status.reduce((count, status) => count + (status === 202 ? 1 : 0), 0);
  await waitForArrivals(instruments, accepted * targets);

  const costs = stopWatching();
  const writtenAfter = await system.countWritingTransactions?.();
  const { account, latencies } = settleAccount(sent, await instruments.takeArrivals(), targets);
  return {
    rate: sent.schedule.rate,
    seconds,
    account,
    deliveriesPerSecond: (account.delivered * 1_000) / latencies.spanMs,
    latenessMs: percentilesOf(latencies.lateness),
    ackMs: percentilesOf(latencies.ack),
    endToEndMs: percentilesOf(latencies.endToEnd),
    sustained: isSustained(account, latencies),
    costs,
    writingTransactions:
      writtenBefore === undefined || writtenAfter === undefined ? undefined : writtenAfter - writtenBefore,
  };
}

/** Until all are there, or until nothing new has come for long. */
async function waitForArrivals(instruments: Instruments, owed: number): Promise<void> {
  let [arrived, lastNewAt] = [-1, monotonicMs()];
  while (monotonicMs() - lastNewAt < NOTHING_NEW_MS) {
    const now = await instruments.countArrivals();
    if (now >= owed) return;
    if (now !== arrived) [arrived, lastNewAt] = [now, monotonicMs()];
    await pause(POLL_MS);
  }
}
