/** Consumers that remember what they were given. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { BusBatch, BusRecord, ConsumeOptions, Consumer, EventBus } from "../port.ts";

export interface Reader extends Consumer {
  readonly batches: BusBatch[];
  readonly records: BusRecord[];
  values(): string[];
  /** Waits until so many different values were read. */
  until(count: number, timeoutMs?: number): Promise<void>;
}

/** Reads `topic` in a group of its own, or with `options`. */
export async function read(
  bus: EventBus,
  topic: string,
  options: Partial<ConsumeOptions> = {},
): Promise<Reader> {
  const batches: BusBatch[] = [];
  const records: BusRecord[] = [];
  const consumer = await bus.consume({
    group: `test.${randomUUID()}`,
    topics: [topic],
    retryPauseMs: 50,
    ...options,
    async onBatch(batch) {
      const result = await options.onBatch?.(batch);
      batches.push(batch);
      records.push(...batch.records);
      return result;
    },
  });
  const values = () => records.map((record) => record.value.toString());
  return {
    batches,
    records,
    values,
    until: (count, timeout = 15_000) => until(() => new Set(values()).size >= count, timeout),
    stop: () => consumer.stop(),
  };
}

export async function until(condition: () => boolean, timeout = 15_000): Promise<void> {
  await expect.poll(condition, { timeout, interval: 10 }).toBe(true);
}

/** For each key its values in the order in which they were read, without repetitions. */
export function byKey(records: readonly BusRecord[]): Record<string, string[]> {
  const keys: Record<string, string[]> = {};
  for (const { key, value } of records) {
    const values = (keys[key ?? ""] ??= []);
    if (!values.includes(value.toString())) values.push(value.toString());
  }
  return keys;
}

export function sequence(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}

/** A promise to be resolved by hand. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** A key of each partition. */
export function keysByPartition(
  partitions: number,
  partitionOf: (key: string, partitions: number) => number,
): string[] {
  const keys: string[] = [];
  for (let n = 0; keys.filter(Boolean).length < partitions; n++)
    keys[partitionOf(`key-${n}`, partitions)] ??= `key-${n}`;
  return keys;
}
