/** A claim of the contract as a test, with a topic of its own and clients that are closed after it. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, test } from "vitest";
import type { EventBus, OutgoingRecord } from "../port.ts";
import type { BusBackend, BusDriver, BusSettings } from "./bus-driver.ts";

const RETENTION_MS = 24 * 3_600_000;

export interface Scene<Backend extends BusBackend> {
  readonly backend: Backend;
  readonly driver: BusDriver<Backend>;
  readonly topic: string;
  /** A client that is closed at the end; the topic is there. */
  readonly open: (settings?: BusSettings) => Promise<EventBus>;
  readonly record: (
    key: string,
    value: string | Buffer,
    headers?: OutgoingRecord["headers"],
  ) => OutgoingRecord;
}

export interface ClaimOptions {
  /** Default 4. */
  readonly partitions?: number;
  readonly timeoutMs?: number;
}

export type Claim<Backend extends BusBackend> = (
  name: string,
  prove: (scene: Scene<Backend>) => Promise<void>,
  options?: ClaimOptions,
) => void;

/** Starts the backend before the first claim of this suite and stops it after the last. */
export function claimsOf<Backend extends BusBackend>(driver: BusDriver<Backend>): Claim<Backend> {
  let backend: Backend;
  beforeAll(async () => {
    backend = await driver.start();
  }, 60_000);
  afterAll(() => backend[Symbol.asyncDispose]());

  return (name, prove, { partitions = 4, timeoutMs } = {}) => {
    const reason = driver.cannot?.[name];
    if (reason !== undefined) {
      process.stdout.write(`${driver.name} does not claim: ${name} (${reason})\n`);
      return;
    }
    // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- both come with the claim
    test(name, { timeout: timeoutMs }, async () => {
      const topic = `test.${randomUUID()}`;
      const opened: EventBus[] = [];
      try {
        await prove({
          backend,
          driver,
          topic,
          async open(settings) {
            const bus = backend.open(settings);
            opened.push(bus);
            await bus.ensureTopics([{ name: topic, partitions, retentionMs: RETENTION_MS }]);
            return bus;
          },
          record: (key, value, headers = {}) => ({ topic, key, value: Buffer.from(value), headers }),
        });
      } finally {
        await Promise.all(opened.map((bus) => bus.close()));
      }
    });
  };
}
