/** A stretch of load and everything that is known about it: send, wait until all that is owed has arrived, settle the account. */
import { setTimeout as pause } from "node:timers/promises";
import { monotonicMs } from "../monotonic-clock.ts";
import type { SentLedger } from "../load/sent-ledger.ts";
import type { Arrivals } from "../receiver/arrival-log.ts";
import type { System } from "../systems/system.ts";
import { settleAccount, type Account, type Latencies } from "./account.ts";
import type { Instruments } from "./instruments.ts";
import { watchProcesses, type Costs } from "./watch-processes.ts";

export interface Bench {
  readonly system: System;
  readonly instruments: Instruments;
  /** That each event is owed to. */
  readonly targets: number;
}

export interface Load {
  /** Default: the system's own one. */
  readonly hookUrls?: readonly string[];
  readonly seconds: number;
  /** Events a second, or as fast as they are taken by so many at a time. */
  readonly pace: { readonly rate: number } | { readonly inFlight: number };
}

export interface Phase {
  readonly sent: SentLedger;
  readonly arrivals: Arrivals;
  readonly account: Account;
  readonly latencies: Latencies;
  /** From the first due time to the last arrival. */
  readonly deliveriesPerSecond: number;
  /** Undefined where the machine does not tell. */
  readonly costs: Costs | undefined;
  readonly writingTransactions: number | undefined;
}

const POLL_MS = 25;
/** The first retry comes after 5 s, so a pause of that length is not yet the end. */
const NOTHING_NEW_MS = 20_000;

export async function runPhase(bench: Bench, load: Load): Promise<Phase> {
  const { system, instruments, targets } = bench;
  const hookUrls = load.hookUrls ?? [system.hookUrl];
  const writtenBefore = await system.countWritingTransactions?.();
  const stopWatching = watchProcesses([...system.processes, ...instruments.processes]);

  const { pace, seconds } = load;
  const sent = await ("rate" in pace
    ? instruments.sendAt(hookUrls, pace.rate, seconds)
    : instruments.sendUnpaced(hookUrls, pace.inFlight, seconds));
  await waitForArrivals(instruments, countAccepted(sent) * targets);

  const costs = stopWatching();
  const writtenAfter = await system.countWritingTransactions?.();
  const arrivals = await instruments.takeArrivals();
  const { account, latencies } = settleAccount(sent, arrivals, targets);
  return {
    sent,
    arrivals,
    account,
    latencies,
    deliveriesPerSecond: (account.delivered * 1_000) / latencies.spanMs,
    costs,
    writingTransactions:
      writtenBefore === undefined || writtenAfter === undefined ? undefined : writtenAfter - writtenBefore,
  };
}

export function countAccepted(sent: SentLedger): number {
  return sent.status.reduce((count, status) => count + (status === 202 ? 1 : 0), 0);
}

/** Until all are there, or until nothing new has come for long. */
export async function waitForArrivals(
  instruments: Instruments,
  owed: number,
  nothingNewMs = NOTHING_NEW_MS,
): Promise<void> {
  let [arrived, lastNewAt] = [-1, monotonicMs()];
  while (monotonicMs() - lastNewAt < nothingNewMs) {
    const now = await instruments.countArrivals();
    if (now >= owed) return;
    if (now !== arrived) [arrived, lastNewAt] = [now, monotonicMs()];
    await pause(POLL_MS);
  }
}
