/** Everybody has more to send than there are slots: what each account gets of them. */
import {
  seededRandom,
  SimulatedClock,
  SimulatedDispatcher,
  type SimulatedSubscription,
} from "@stellwerk/delivery/testing";

export interface ScarcityOptions {
  readonly seed: number;
  readonly smallAccounts: number;
  readonly lanesOfSmall: number;
  readonly lanesOfLarge: number;
  readonly seconds: number;
}

const LATENCY_MS = 400;
const WARM_UP_MS = 2_000;
/** What each lane has waiting: more than it can send in the time. */
const WAITING = 2_000;

/** Deliveries sent by each account, the one with many lanes first. */
export async function runScarcity(options: ScarcityOptions): Promise<number[]> {
  const clock = new SimulatedClock();
  const sent = new Map<string, number>();
  const dispatcher = new SimulatedDispatcher({
    clock,
    random: seededRandom(options.seed),
    onEnd({ subscription: { accountId } }) {
      // Lanes have earned what they may send at a time by then.
      if (clock.nowMs() < WARM_UP_MS) return;
      sent.set(accountId, (sent.get(accountId) ?? 0) + 1);
    },
  });
  const add = (accountId: string, lanes: number): void => {
    for (let lane = 0; lane < lanes; lane += 1) {
      const subscription: SimulatedSubscription = {
        subscriptionId: `${accountId}.${lane}`,
        accountId,
        settings: {},
        answer: () => ({ afterMs: LATENCY_MS, outcome: { kind: "delivered", summary: { en: "Sent" } } }),
      };
      const waiting = Math.min(WAITING, (options.seconds + 2) * 100);
      for (let each = 0; each < waiting; each += 1) dispatcher.add(subscription, { inStore: true });
    }
  };
  add("large", options.lanesOfLarge);
  for (let account = 0; account < options.smallAccounts; account += 1) {
    add(`small${account}`, options.lanesOfSmall);
  }
  await clock.pass(WARM_UP_MS + options.seconds * 1_000);
  return [...sent.values()];
}

/** Jain's index: 1 when all get the same, 1/n when one gets everything. */
export function jainIndex(amounts: readonly number[]): number {
  const sum = amounts.reduce((total, each) => total + each, 0);
  const squares = amounts.reduce((total, each) => total + each * each, 0);
  return squares === 0 ? 0 : (sum * sum) / (amounts.length * squares);
}
