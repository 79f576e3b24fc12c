/** A process of ours on the stage: its place, what stands between it and the database, and its clock. */
import { setTimeout as pause } from "node:timers/promises";
import type { Service } from "@stellwerk/e2e/kills/service.ts";
import type { PostgresProxy } from "@stellwerk/e2e/postgres-proxy/proxy.ts";
import type { Clock } from "./clocks.ts";

/** Longer than Kafka is away, and than somebody waits for it to come back. */
const BACK_WITHIN_MS = 180_000;
const RESTART_AFTER_MS = 500;

export interface Member {
  /** "api 1" */
  readonly name: string;
  readonly service: Service;
  readonly proxy: PostgresProxy;
  /** Undefined: it cannot be stepped here. */
  readonly clock: Clock | undefined;
}

export function signal({ service }: Member, name: NodeJS.Signals): void {
  service.process.signal(name);
}

/** Up again as its supervisor would do it: one that ends while it starts, for what it needs went away, is started again. */
export async function bringBack({ service }: Member): Promise<void> {
  const giveUpAt = performance.now() + BACK_WITHIN_MS;
  for (;;) {
    try {
      if (service.process.ending !== undefined) await service.start();
      return await service.isReady();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await pause(RESTART_AFTER_MS);
    }
  }
}
