import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BusUnavailableError } from "./errors.ts";
import { Gatherer } from "./gather.ts";
import type { OutgoingRecord } from "./port.ts";

/** About what a commit takes. */
const WRITE_MS = 1;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function record(value: string | Buffer = "value"): OutgoingRecord {
  return { topic: "topic", key: "key", value: Buffer.from(value), headers: {} };
}

function openGatherer(write: (records: readonly OutgoingRecord[]) => Promise<void> = () => sleep(WRITE_MS)) {
  const writes: OutgoingRecord[][] = [];
  const gatherer = new Gatherer({
    deadlineMs: 5_000,
    bufferBytes: 2 * 1024 * 1024,
    async write(records) {
      writes.push([...records]);
      await write(records);
    },
  });
  return { gatherer, writes };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Records arrive at random, the same in every run, and whether or not the earlier ones were answered. */
async function publishPerSecond(gatherer: Gatherer, perSecond: number, seconds: number) {
  let seed = 42;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const latencies: Promise<number>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    const at = performance.now();
    latencies.push(gatherer.publish([record()]).then(() => performance.now() - at));
    await vi.advanceTimersByTimeAsync((-Math.log(random()) * 1_000) / perSecond);
  }
  await vi.runAllTimersAsync();
  return Promise.all(latencies);
}

test("a lone request does not wait", async () => {
  const { gatherer } = openGatherer();
  const latencies = await publishPerSecond(gatherer, 100, 2);
  expect(Math.max(...latencies)).toBeLessThanOrEqual(WRITE_MS + 1);
});

test("a caller that publishes one after the other does not wait, however fast it is", async () => {
  const { gatherer, writes } = openGatherer();
  const done = (async () => {
    for (let n = 0; n < 500; n++) await gatherer.publish([record()]);
  })();
  const beganAt = performance.now();
  await vi.runAllTimersAsync();
  await done;
  expect(writes).toHaveLength(500);
  expect(performance.now() - beganAt).toBeLessThan(500 * (WRITE_MS + 1));
});

test("at 1,000 records/s seven share a write, and none waits longer than 15 ms", async () => {
  const { gatherer, writes } = openGatherer();
  const latencies = await publishPerSecond(gatherer, 1_000, 3);
  expect(latencies.length / writes.length).toBeGreaterThan(7);
  expect(Math.max(...latencies)).toBeLessThan(15);
});

test("calls made together share a write, in their order", async () => {
  const { gatherer, writes } = openGatherer();
  const done = Promise.all(["1", "2", "3"].map((value) => gatherer.publish([record(value)])));
  await vi.runAllTimersAsync();
  await done;
  expect(writes.map((records) => records.map((each) => each.value.toString()))).toEqual([["1", "2", "3"]]);
});

test("a write holds at most 512 KiB or 500 records", async () => {
  const { gatherer, writes } = openGatherer();
  const done = Promise.all([
    ...Array.from({ length: 8 }, () => gatherer.publish([record(Buffer.alloc(100 * 1024))])),
    ...Array.from({ length: 700 }, () => gatherer.publish([record()])),
  ]);
  await vi.runAllTimersAsync();
  await done;
  for (const records of writes) {
    expect(records.length).toBeLessThanOrEqual(500);
    expect(records.reduce((sum, each) => sum + each.value.length, 0)).toBeLessThanOrEqual(512 * 1024);
  }
  expect(writes.flat()).toHaveLength(708);
});

test("a write that fails is repeated with the same records until it succeeds", async () => {
  let failures = 3;
  const { gatherer, writes } = openGatherer(async () => {
    if (failures-- > 0) throw new Error("connection refused");
  });
  const done = gatherer.publish([record("kept")]);
  await vi.runAllTimersAsync();
  await done;
  expect(writes).toHaveLength(4);
});

test("a call that is not stored in time is rejected with the reason, and its bytes are free again", async () => {
  const cause = new Error("connection refused");
  const { gatherer } = openGatherer(() => Promise.reject(cause));
  const first = gatherer
    .publish([record(Buffer.alloc(2 * 1024 * 1024 - 100))])
    .catch((error: unknown) => error);
  const refused = gatherer.publish([record(Buffer.alloc(1024))]).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(0);
  expect(await refused).toMatchObject({
    retryable: true,
    message: expect.stringContaining("buffer is full") as string,
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await first).toBeInstanceOf(BusUnavailableError);
  expect(await first).toMatchObject({ retryable: true, cause });
  const next = gatherer.publish([record(Buffer.alloc(1024))]).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await next).toMatchObject({ message: expect.stringContaining("within 5000 ms") as string });
});
