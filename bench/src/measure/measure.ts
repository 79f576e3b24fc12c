/** One measurement: a stretch of load, in figures. */
import type { Account } from "./account.ts";
import { percentilesOf, type Percentiles } from "./percentiles.ts";
import { runPhase, type Bench, type Load } from "./run-phase.ts";
import { isSustained } from "./sustained.ts";
import type { Costs } from "./watch-processes.ts";

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

export async function measureAt(bench: Bench, rate: number, seconds: number): Promise<Measurement> {
  return await measure(bench, { seconds, pace: { rate } });
}

export async function measureUnpaced(bench: Bench, inFlight: number, seconds: number): Promise<Measurement> {
  return await measure(bench, { seconds, pace: { inFlight } });
}

async function measure(bench: Bench, load: Load): Promise<Measurement> {
  const { sent, account, latencies, deliveriesPerSecond, costs, writingTransactions } = await runPhase(
    bench,
    load,
  );
  return {
    rate: sent.schedule.rate,
    seconds: load.seconds,
    account,
    deliveriesPerSecond,
    latenessMs: percentilesOf(latencies.lateness),
    ackMs: percentilesOf(latencies.ack),
    endToEndMs: percentilesOf(latencies.endToEnd),
    sustained: isSustained(account, latencies),
    costs,
    writingTransactions,
  };
}
