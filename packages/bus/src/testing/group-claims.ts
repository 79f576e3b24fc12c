/** Claims about several consumers of one group. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { BusBatch, TopicPartition } from "../port.ts";
import type { BusBackend } from "./bus-driver.ts";
import type { Claim } from "./claim.ts";
import { startConsumerProcess } from "./start-consumer-process.ts";
import { byKey, gate, read, sequence, until } from "./reading.ts";

export function groupClaims<Backend extends BusBackend>(claim: Claim<Backend>): void {
  claim(
    "a second consumer joins and leaves mid-stream without loss and with at most one repeated batch",
    async ({ open, topic, record }) => {
      const [bus, first, second] = [await open(), await open(), await open()];
      const group = `${topic}.group`;
      const order: BusBatch[] = [];
      const options = {
        group,
        maxBatchRecords: 10,
        async onBatch(batch: BusBatch) {
          await pause(2);
          order.push(batch);
        },
      };
      const one = await read(first, topic, options);
      let published = 0;
      const enough = new AbortController();
      const publisher = (async () => {
        while (!enough.signal.aborted) {
          await bus.publish(sequence(20).map((n) => record(`key-${n}`, String(published + n))));
          published += 20;
          await pause(5);
        }
      })();
      await one.until(100);
      const two = await read(second, topic, options);
      await two.until(100);
      const shares = () => new Set(two.batches.slice(-8).map((batch) => batch.partition)).size;
      await until(() => shares() === 2);
      await two.stop();
      const left = two.records.length;
      const then = one.records.length;
      await until(() => one.records.length > then + 300);
      enough.abort();
      await publisher;
      await until(() => new Set([...one.values(), ...two.values()]).size === published);
      expect(two.records).toHaveLength(left);
      const seen = new Set<string>();
      const repeated = order.filter((batch) => {
        const values = batch.records.map((each) => each.value.toString());
        const again = values.some((value) => seen.has(value));
        for (const value of values) seen.add(value);
        return again;
      });
      expect(repeated.length).toBeLessThanOrEqual(1);
      for (const values of Object.values(byKey(order.flatMap((batch) => batch.records)))) {
        expect(values).toEqual(values.toSorted((a, b) => Number(a) - Number(b)));
      }
    },
  );

  claim("a partition is handed over when its batch is done, not before", async ({ open, topic, record }) => {
    const [first, second] = [await open(), await open()];
    const group = `${topic}.group`;
    await first.publish(sequence(40).map((n) => record(`key-${n}`, String(n))));
    const blocked = gate();
    const busy = new Set<number>();
    const aborted: boolean[] = [];
    const one = await read(first, topic, {
      group,
      async onBatch({ partition, signal }) {
        busy.add(partition);
        await blocked.opened;
        aborted.push(signal.aborted);
      },
    });
    await until(() => busy.size === 4);
    const two = await read(second, topic, { group });
    await pause(1_000);
    expect(two.records).toEqual([]);
    blocked.open();
    await one.until(40);
    await second.publish(sequence(40).map((n) => record(`key-${n}`, `later ${n}`)));
    await until(() => one.records.length + two.records.length === 80);
    await until(() => two.records.length > 0);
    expect(new Set([...one.values(), ...two.values()]).size).toBe(80);
    expect(aborted).not.toContain(true);
  });

  claim("a consumer that leaves is succeeded at once", async ({ open, topic, record }) => {
    const [first, second] = [await open(), await open()];
    const group = `${topic}.group`;
    const one = await read(first, topic, { group });
    await first.publish([record("key", "1")]);
    await one.until(1);
    await one.stop();
    const leftAt = performance.now();
    const two = await read(second, topic, { group });
    await second.publish([record("key", "2")]);
    await two.until(1);
    expect(performance.now() - leftAt).toBeLessThan(3_000);
    expect(two.values()).toEqual(["2"]);
  });

  claim(
    "a consumer hears what it reads, before the first batch of it, and what it reads no more",
    async ({ open, topic, record }) => {
      const [first, second] = [await open(), await open()];
      const group = `${topic}.group`;
      const listen = () => {
        const told = new Set<number>();
        const untold: number[] = [];
        const options = {
          group,
          onAssigned: (places: readonly TopicPartition[]) => {
            for (const { partition } of places) told.add(partition);
          },
          onRevoked: (places: readonly TopicPartition[]) => {
            for (const { partition } of places) told.delete(partition);
          },
          async onBatch({ partition }: BusBatch) {
            if (!told.has(partition)) untold.push(partition);
          },
        };
        return { told, untold, options };
      };
      const [one, two] = [listen(), listen()];
      const reading = await read(first, topic, one.options);
      await first.publish(sequence(40).map((n) => record(`key-${n}`, String(n))));
      await reading.until(40);
      expect(one.told).toEqual(new Set([0, 1, 2, 3]));
      const joined = await read(second, topic, two.options);
      await until(() => one.told.size === 2 && two.told.size === 2);
      expect(new Set([...one.told, ...two.told])).toEqual(new Set([0, 1, 2, 3]));
      await reading.stop();
      expect(one.told.size).toBe(0);
      await until(() => two.told.size === 4);
      await joined.stop();
      expect([...two.told, ...one.untold, ...two.untold]).toEqual([]);
    },
  );

  claim(
    "a handler that takes longer than a session keeps its partition",
    async ({ open, topic, record, driver }) => {
      const sessionTimeoutMs = driver.shortestSessionMs;
      const [first, second] = [await open({ sessionTimeoutMs }), await open({ sessionTimeoutMs })];
      const group = `${topic}.group`;
      await first.publish([record("key", "slow")]);
      let aborted: boolean | undefined;
      let begun = false;
      const one = await read(first, topic, {
        group,
        async onBatch({ signal }) {
          begun = true;
          await pause(sessionTimeoutMs * 2);
          aborted = signal.aborted;
        },
      });
      await until(() => begun);
      const two = await read(second, topic, { group });
      await one.until(1);
      expect(aborted).toBe(false);
      expect(two.values()).toEqual([]);
    },
  );

  claim(
    "a killed consumer's partitions are taken at the latest when its session ends, with at most one repeated batch each",
    async ({ open, topic, record, driver, backend }) => {
      const sessionTimeoutMs = driver.shortestSessionMs;
      const bus = await open({ sessionTimeoutMs });
      const group = `${topic}.group`;
      await using victim = await startConsumerProcess(driver, backend, {
        topic,
        group,
        sessionTimeoutMs,
        maxBatchRecords: 5,
      });
      let published = 0;
      const publishMore = async () => {
        await bus.publish(sequence(40).map((n) => record(`key-${n}`, String(published + n))));
        published += 40;
      };
      for (let n = 0; n < 10; n++) await publishMore();
      await until(() => victim.values().length > 100);
      await victim.kill();
      const heir = await read(bus, topic, { group, maxBatchRecords: 5 });
      await publishMore();
      await until(
        () => new Set([...victim.values(), ...heir.values()]).size === published,
        sessionTimeoutMs * 2 + 15_000,
      );
      const before = new Set(victim.values());
      const repeats = Map.groupBy(
        heir.records.filter((each) => before.has(each.value.toString())),
        (each) => each.partition,
      );
      for (const records of repeats.values()) expect(records.length).toBeLessThanOrEqual(5);
    },
  );
}
