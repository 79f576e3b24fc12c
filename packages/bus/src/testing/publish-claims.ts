/** Claims about publishing. */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { PartitionCountError, RecordsTooLargeError, UnknownTopicError } from "../errors.ts";
import { partitionFor } from "../partition-for.ts";
import type { BusBackend } from "./bus-driver.ts";
import type { Claim } from "./claim.ts";
import { byKey, read, sequence } from "./reading.ts";

export function publishClaims<Backend extends BusBackend>(claim: Claim<Backend>): void {
  claim("records of one key keep their order", async ({ open, topic, record }) => {
    const bus = await open();
    await Promise.all(sequence(600).map((n) => bus.publish([record(`key-${n % 7}`, String(n))])));
    const reader = await read(bus, topic, { maxBatchRecords: 50 });
    await reader.until(600);
    for (const [key, values] of Object.entries(byKey(reader.records))) {
      expect(values).toEqual(
        sequence(600)
          .filter((n) => `key-${n % 7}` === key)
          .map(String),
      );
    }
  });

  claim("the bounds say what a topic holds", async ({ open, topic, record }) => {
    const bus = await open();
    const empty = await bus.readBounds(topic);
    expect(empty.map((each) => each.partition)).toEqual(sequence(4));
    for (const { earliest, next } of empty) expect(next).toBe(earliest);
    await bus.publish(sequence(10).map((n) => record("one key", String(n))));
    const reader = await read(bus, topic);
    await reader.until(10);
    const last = reader.records.at(-1)!;
    const bounds = await bus.readBounds(topic);
    expect(bounds[last.partition]).toMatchObject({
      earliest: reader.records[0]!.offset,
      next: last.offset + 1n,
    });
    expect(bounds.filter(({ earliest, next }) => next > earliest)).toHaveLength(1);
  });

  claim("many publishers at once lose nothing and keep each key's order", async ({ open, topic, record }) => {
    const publishers = await Promise.all(sequence(5).map(() => open()));
    const reader = await read(await open(), topic);
    await Promise.all(
      publishers.map(async (bus, publisher) => {
        for (const n of sequence(40)) {
          await bus.publish(sequence(5).map((m) => record(`${publisher}/${m}`, `${publisher}/${m}/${n}`)));
        }
      }),
    );
    await reader.until(1_000);
    const expected = Object.fromEntries(
      sequence(25).map((n) => {
        const key = `${Math.floor(n / 5)}/${n % 5}`;
        return [key, sequence(40).map((each) => `${key}/${each}`)];
      }),
    );
    expect(byKey(reader.records)).toEqual(expected);
    expect(reader.records).toHaveLength(1_000);
  });

  claim("key, value and headers arrive byte for byte", async ({ open, topic, record }) => {
    const bus = await open();
    const bytes = Buffer.from(sequence(256));
    const sent = [
      record("plain", bytes, {
        every: bytes,
        "content-type": "application/json",
        empty: "",
        ünïcode: "grüße 🙂",
      }),
      record("Schlüssel 🙂 \u0000 \n", "", { invalid: Buffer.from([0xff, 0xfe, 0x80, 0x00]) }),
      record("no headers", '{ "spaces":  "kept" }\r\n'),
    ];
    const before = Date.now();
    await bus.publish(sent);
    const reader = await read(bus, topic);
    await reader.until(3);
    for (const each of sent) {
      const received = reader.records.find((one) => one.key === each.key)!;
      expect(received.value).toEqual(each.value);
      const headers = Object.entries(each.headers).map(([name, value]) => [
        name,
        Buffer.from(value as Buffer),
      ]);
      expect(received.headers).toEqual(Object.fromEntries(headers));
      expect(received.topic).toBe(topic);
      expect(Math.abs(received.timestamp.getTime() - before)).toBeLessThan(60_000);
    }
  });

  claim("a record of 1 MiB passes", async ({ open, topic, record }) => {
    const bus = await open();
    const values = sequence(6).map(() => randomBytes(1024 * 1024));
    await Promise.all(values.map((value, n) => bus.publish([record(`key-${n}`, value)])));
    const reader = await read(bus, topic);
    await reader.until(6);
    for (const [n, value] of values.entries()) {
      expect(reader.records.find((each) => each.key === `key-${n}`)?.value.equals(value)).toBe(true);
    }
  });

  claim("a key's partition is the one that partitionFor names", async ({ open, topic, record }) => {
    const bus = await open();
    await bus.publish(sequence(50).map((n) => record(`acc_${n}`, String(n))));
    const reader = await read(bus, topic);
    await reader.until(50);
    for (const { key, partition } of reader.records) expect(partition).toBe(partitionFor(key!, 4));
  });

  claim("what cannot be published is refused and harms no other call", async ({ open, topic, record }) => {
    const bus = await open();
    const good = bus.publish([record("key", "good")]);
    const unknown = bus.publish([{ ...record("key", "bad"), topic: `${topic}.unknown` }]);
    const large = bus.publish(sequence(5).map((n) => record("key", Buffer.alloc(1024 * 1024, n))));
    await expect(unknown).rejects.toThrow(UnknownTopicError);
    await expect(large).rejects.toThrow(RecordsTooLargeError);
    await good;
    await bus.publish([]);
    const reader = await read(bus, topic);
    await reader.until(1);
    expect(reader.values()).toEqual(["good"]);
  });

  claim("close publishes what was accepted", async ({ open, topic, record, backend }) => {
    const bus = backend.open();
    await bus.ensureTopics([{ name: topic, partitions: 4, retentionMs: 3_600_000 }]);
    const published = Promise.all(sequence(100).map((n) => bus.publish([record(`key-${n}`, String(n))])));
    await bus.close();
    await published;
    await expect(bus.publish([record("key", "late")])).rejects.toThrow("closed");
    const reader = await read(await open(), topic);
    await reader.until(100);
    expect(reader.records).toHaveLength(100);
  });

  claim("topics are made once, however many processes start together", async ({ open, topic, record }) => {
    const buses = await Promise.all(sequence(4).map(() => open()));
    await Promise.all(buses.map((bus, n) => bus.publish([record(`key-${n}`, String(n))])));
    const reader = await read(buses[0]!, topic);
    await reader.until(4);
  });

  claim(
    "a topic that has another number of partitions is refused with both numbers",
    async ({ open, topic }) => {
      const bus = await open();
      const refused = bus.ensureTopics([{ name: topic, partitions: 6, retentionMs: 3_600_000 }]);
      await expect(refused).rejects.toThrow(PartitionCountError);
      await expect(refused).rejects.toThrow(/has 4 partitions, but 6 were asked for\. Set the number/);
    },
  );
}
