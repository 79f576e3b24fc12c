/** Load generator and receiver, started once for all systems of a run. */
import { startChild, type Child } from "../child.ts";
import { stoppedOnInterrupt } from "../interrupt.ts";
import type { LoadOrder } from "../load/main.ts";
import { planSchedule } from "../load/schedule.ts";
import type { SentLedger } from "../load/sent-ledger.ts";
import type { Arrivals } from "../receiver/arrival-log.ts";
import type { Behaviour, ReceiverOrder } from "../receiver/main.ts";
import type { WatchedProcess } from "../systems/system.ts";

export interface Instruments {
  readonly processes: readonly WatchedProcess[];
  /** Where deliveries to this target go. */
  targetUrl(target: number): string;
  /** Until it is told otherwise, a target answers. */
  behave(target: number, behaviour: Behaviour): Promise<void>;
  /** Open loop: events leave at `rate` a second, whatever comes back. */
  sendAt(hookUrls: readonly string[], rate: number, seconds: number): Promise<SentLedger>;
  /** Closed loop: as fast as they are taken, for finding a rate to measure at. */
  sendUnpaced(hookUrls: readonly string[], inFlight: number, seconds: number): Promise<SentLedger>;
  countArrivals(): Promise<number>;
  takeArrivals(): Promise<Arrivals>;
  /** Requests that were not answered with success. */
  takeRefused(): Promise<Arrivals>;
  /** Numbers of events that are sent by other means, recognised like those that the load generator sends. */
  reserveSequences(count: number): number;
  stop(): Promise<void>;
}

/** More than any system takes, so that the time ends a closed loop and not the count. */
const CLOSED_LOOP_MAX_RATE = 30_000;

export async function startInstruments(): Promise<Instruments> {
  const load = startChild(new URL("../load/main.ts", import.meta.url));
  const receiver = startChild(new URL("../receiver/main.ts", import.meta.url));
  const receiverUrl = await receiver.ask<string>("hello");
  let nextSequence = 0;
  async function send(order: LoadOrder, count: number): Promise<SentLedger> {
    nextSequence += count;
    return await load.ask<SentLedger>(order);
  }
  const askReceiver = <Reply>(order: ReceiverOrder) => receiver.ask<Reply>(order);
  return {
    processes: [watch("load", load), watch("receiver", receiver)],
    targetUrl: (target) => `${receiverUrl}/targets/${target}`,
    behave: (target, behaviour) => askReceiver<void>({ target, behaviour }),
    sendAt(urls, rate, seconds) {
      const schedule = planSchedule(rate, seconds);
      return send({ kind: "open", urls, firstSequence: nextSequence, schedule }, schedule.count);
    },
    sendUnpaced(urls, inFlight, seconds) {
      const count = CLOSED_LOOP_MAX_RATE * seconds;
      return send({ kind: "closed", urls, firstSequence: nextSequence, inFlight, count, seconds }, count);
    },
    countArrivals: () => askReceiver<number>("count"),
    takeArrivals: () => askReceiver<Arrivals>("take"),
    takeRefused: () => askReceiver<Arrivals>("take-refused"),
    reserveSequences(count) {
      nextSequence += count;
      return nextSequence - count;
    },
    stop: stoppedOnInterrupt(async () => {
      await Promise.all([load.stop(), receiver.stop()]);
    }),
  };
}

function watch(name: string, child: Child): WatchedProcess {
  return { name, pid: child.pid };
}
