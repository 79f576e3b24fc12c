/**
 * Who settles what only a person can: looks whether the target has it and says so. A short look every second, as somebody
 * who is paid to do nothing else.
 */
import { setTimeout as pause } from "node:timers/promises";
import { ApiClient, type ApiDelivery, type Page } from "@stellwerk/e2e/api-client.ts";
import type { Receiver } from "@stellwerk/e2e/receiver/start-receiver.ts";
import { monotonicMs } from "./monotonic.ts";

const LOOK_MS = 1_000;
/** A call that was cut off may still be on the wire. */
const PATIENCE_MS = 1_000;

export interface Settled {
  readonly delivery: string;
  readonly as: "delivered" | "send";
  readonly atMs: number;
}

export interface Person {
  readonly settled: readonly Settled[];
  stop(): Promise<void>;
}

export function startPerson(
  addresses: readonly string[],
  keys: readonly string[],
  receiver: Receiver,
): Person {
  const settled: Settled[] = [];
  const apis = addresses.map((address) => keys.map((key) => new ApiClient(address, key)));
  const stopping = new AbortController();
  let turn = 0;

  async function lookOnce(api: ApiClient): Promise<void> {
    const { items } = await api.get<Page<ApiDelivery>>("/v1/deliveries?limit=200&state=held");
    if (items.length === 0) return;
    await pause(PATIENCE_MS);
    const arrived = new Set(receiver.received().flatMap((each) => (each.effect ? each.webhookId : [])));
    for (const { id, key: sent } of items) {
      const as = arrived.has(sent) ? "delivered" : "send";
      // Before it is asked: the answer may be lost.
      const atMs = monotonicMs();
      const { status } = await api.call("POST", `/v1/deliveries/${id}/resolve`, { as });
      if (status < 300) settled.push({ delivery: id, as, atMs });
    }
  }

  const working = (async () => {
    while (!stopping.signal.aborted) {
      turn += 1;
      // An api that is down or has lost its database: the next look is another one's.
      for (const api of apis[turn % apis.length] ?? []) await lookOnce(api).catch(() => {});
      await pause(LOOK_MS);
    }
  })();
  return {
    settled,
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
