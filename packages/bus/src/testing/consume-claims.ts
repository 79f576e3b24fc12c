/** Claims about what a handler sees. */
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import { UnknownTopicError } from "../errors.ts";
import { partitionFor } from "../partition-for.ts";
import { deadTopicOf } from "../topics.ts";
import type { BusBackend } from "./bus-driver.ts";
import type { Claim } from "./claim.ts";
import { gate, keysByPartition, read, sequence, until } from "./reading.ts";

export function consumeClaims<Backend extends BusBackend>(claim: Claim<Backend>): void {
  claim(
    "each group reads everything from the earliest record, and continues where it stopped",
    async ({ open, topic, record }) => {
      const bus = await open();
      await bus.publish(sequence(100).map((n) => record(`key-${n}`, `first ${n}`)));
      const one = await read(bus, topic, { group: `${topic}.one` });
      const two = await read(bus, topic, { group: `${topic}.two` });
      await Promise.all([one.until(100), two.until(100)]);
      await one.stop();
      await bus.publish(sequence(50).map((n) => record(`key-${n}`, `second ${n}`)));
      const again = await read(await open(), topic, { group: `${topic}.one` });
      await Promise.all([again.until(50), two.until(150)]);
      expect(again.values().toSorted()).toEqual(
        sequence(50)
          .map((n) => `second ${n}`)
          .toSorted(),
      );
      expect(two.records).toHaveLength(150);
    },
  );

  claim(
    "batches are bounded, ascending, and one at a time for a partition while others run",
    async ({ open, topic, record }) => {
      const bus = await open();
      await bus.publish(sequence(400).map((n) => record(`key-${n}`, String(n))));
      const running = new Map<number, number>();
      let mostTogether = 0;
      let overlapping = false;
      const reader = await read(bus, topic, {
        maxBatchRecords: 20,
        async onBatch({ partition }) {
          if (running.has(partition)) overlapping = true;
          running.set(partition, 1);
          mostTogether = Math.max(mostTogether, running.size);
          await pause(5);
          running.delete(partition);
        },
      });
      await reader.until(400);
      expect(reader.records).toHaveLength(400);
      expect(overlapping).toBe(false);
      expect(mostTogether).toBeGreaterThan(1);
      expect(Math.max(...reader.batches.map((batch) => batch.records.length))).toBeLessThanOrEqual(20);
      for (const partition of sequence(4)) {
        const offsets = reader.records
          .filter((each) => each.partition === partition)
          .map((each) => each.offset);
        expect(offsets).toEqual(offsets.toSorted((a, b) => (a < b ? -1 : 1)));
      }
    },
  );

  claim(
    "startFrom is asked at every assignment and decides where it begins",
    async ({ open, topic, record }) => {
      const bus = await open();
      await bus.publish(sequence(10).map((n) => record("key", String(n))));
      const partition = partitionFor("key", 4);
      const asked: string[] = [];
      const readFrom = async (offset: bigint | undefined) =>
        read(bus, topic, {
          group: `${topic}.group`,
          startFrom: async (name, number) => {
            if (number === partition) asked.push(name);
            return number === partition ? offset : undefined;
          },
        });
      const all = await readFrom(undefined);
      await all.until(10);
      const seventh = all.records[7]!.offset;
      await all.stop();
      const some = await readFrom(seventh);
      await some.until(3);
      await some.stop();
      expect(some.values()).toEqual(["7", "8", "9"]);
      // Handled before, and told so: the group itself had come to the end.
      expect(some.batches[0]?.handledBefore).toBe(all.records[9]!.offset + 1n);
      const rest = await readFrom(undefined);
      await bus.publish([record("key", "10")]);
      await rest.until(1);
      expect(rest.values()).toEqual(["10"]);
      expect(asked).toEqual([topic, topic, topic]);
    },
  );

  claim(
    "an offset past the end of the topic is read from the earliest record",
    async ({ open, topic, record }) => {
      const bus = await open();
      await bus.publish(sequence(5).map((n) => record("key", String(n))));
      const reader = await read(bus, topic, { startFrom: () => Promise.resolve(1_000_000n) });
      await reader.until(5);
      expect(reader.values()).toEqual(["0", "1", "2", "3", "4"]);
    },
  );

  claim(
    "a handler that throws gets the same batch again after a pause, and other partitions go on",
    async ({ open, topic, record }) => {
      const bus = await open();
      const [bad, good] = keysByPartition(4, partitionFor) as [string, string];
      await bus.publish(sequence(5).map((n) => record(bad, `bad ${n}`)));
      const tries: { at: number; offsets: bigint[] }[] = [];
      const reader = await read(bus, topic, {
        retryPauseMs: 200,
        async onBatch({ records }) {
          if (records[0]?.key !== bad || tries.length === 3) return;
          tries.push({ at: performance.now(), offsets: records.map((each) => each.offset) });
          // Others arrive meanwhile: they do not join the batch that comes again.
          await bus.publish([record(bad, `bad later ${tries.length}`), record(good, `good ${tries.length}`)]);
          throw new Error("not today");
        },
      });
      await until(() => tries.length === 2);
      await until(() => reader.values().includes("good 1"));
      expect(reader.values().some((value) => value.startsWith("bad"))).toBe(false);
      await reader.until(5 + 3 + 3);
      const [first, second, third] = tries as [(typeof tries)[0], (typeof tries)[0], (typeof tries)[0]];
      expect(second.offsets).toEqual(first.offsets);
      expect(third.offsets).toEqual(first.offsets);
      expect(second.at - first.at).toBeGreaterThan(190);
      expect(third.at - second.at).toBeGreaterThan(390);
      expect(reader.records).toHaveLength(11);
    },
  );

  claim(
    "a poison record goes to the dead topic as it was, with its reason, and the partition moves on",
    async ({ open, topic, record }) => {
      const bus = await open();
      const headers = { ce_id: "evt_1", bytes: Buffer.from([0, 255, 128]) };
      await bus.publish([record("key", "good 1"), record("key", "poison", headers), record("key", "good 2")]);
      const reader = await read(bus, topic, {
        group: `${topic}.group`,
        onBatch: async ({ records }) => ({
          dead: records
            .filter((each) => each.value.toString() === "poison")
            .map(({ offset }) => ({ offset, reason: "ce_source: expected /accounts/…, received über 🙂" })),
        }),
      });
      await bus.publish([record("key", "good 3")]);
      await reader.until(4);
      const cemetery = await read(bus, deadTopicOf(topic));
      await cemetery.until(1);
      await reader.stop();
      const [dead] = cemetery.records;
      const poison = reader.records.find((each) => each.value.toString() === "poison")!;
      expect(dead).toMatchObject({ key: "key", value: Buffer.from("poison") });
      expect(dead!.headers).toEqual({
        ce_id: Buffer.from("evt_1"),
        bytes: headers.bytes,
        stellwerk_dead_reason: Buffer.from("ce_source: expected /accounts/…, received über 🙂"),
        stellwerk_dead_topic: Buffer.from(topic),
        stellwerk_dead_partition: Buffer.from(String(poison.partition)),
        stellwerk_dead_offset: Buffer.from(String(poison.offset)),
      });
      const later = await read(bus, topic, { group: `${topic}.group` });
      await bus.publish([record("key", "good 4")]);
      await later.until(1);
      expect(later.values()).toEqual(["good 4"]);
      expect(cemetery.records).toHaveLength(1);
    },
  );

  claim("a slow handler holds a bounded part of the topic in memory", async ({ open, topic, record }) => {
    const bus = await open();
    for (const n of sequence(128)) await bus.publish([record(`key-${n}`, Buffer.alloc(512 * 1024, n))]);
    const blocked = gate();
    let inHand = 0;
    const before = bufferBytes();
    const reader = await read(bus, topic, {
      onBatch: () => {
        inHand += 1;
        return blocked.opened;
      },
    });
    try {
      await until(() => inHand === 4);
      await pause(1_500);
      expect(bufferBytes() - before).toBeLessThan(24 * 1024 * 1024);
      expect(inHand).toBe(4);
    } finally {
      blocked.open();
    }
    await until(() => reader.records.length === 128);
  });

  claim(
    "stop takes nothing new, waits for the batch in hand and commits it",
    async ({ open, topic, record }) => {
      const bus = await open();
      await bus.publish([record("key", "in hand")]);
      const blocked = gate();
      let begun = false;
      let aborted = false;
      const reader = await read(bus, topic, {
        group: `${topic}.group`,
        async onBatch({ signal }) {
          begun = true;
          await blocked.opened;
          aborted = signal.aborted;
        },
      });
      await until(() => begun);
      let stopped = false;
      const stopping = reader.stop().then(() => (stopped = true));
      await bus.publish([record("key", "after")]);
      await pause(300);
      expect(stopped).toBe(false);
      blocked.open();
      await stopping;
      expect(reader.values()).toEqual(["in hand"]);
      expect(aborted).toBe(false);
      const next = await read(bus, topic, { group: `${topic}.group` });
      await next.until(1);
      expect(next.values()).toEqual(["after"]);
    },
  );

  claim("a topic that nobody made cannot be consumed", async ({ open, topic }) => {
    const bus = await open();
    await expect(read(bus, `${topic}.unknown`)).rejects.toThrow(UnknownTopicError);
  });

  claim(
    "no reader skips a record that commits late",
    async ({ open, topic, record, driver, backend }) => {
      const [bus, other] = [await open(), await open()];
      const [late, elsewhere] = keysByPartition(2, partitionFor) as [string, string];
      const reader = await read(await open(), topic);
      await bus.publish([record(late, "0")]);
      await reader.until(1);
      const held = await driver.holdBeforeCommit!(backend, [record(late, "1")]);
      const behind = bus.publish([record(late, "2")]);
      await other.publish([record(elsewhere, "other partition")]);
      await reader.until(2);
      // Time enough for the reader to look several times at the partition with the hole.
      await pause(2_500);
      expect(reader.values()).toEqual(["0", "other partition"]);
      await held.commit();
      await behind;
      await reader.until(4);
      expect(reader.values()).toEqual(["0", "other partition", "1", "2"]);
    },
    { partitions: 2 },
  );
}

/** Memory behind Buffers after a full collection. */
function bufferBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}
