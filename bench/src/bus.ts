/**
 * What the bus costs: records a second, latency, CPU and transactions a record. The results and what follows
 * from them stand in docs/decisions/0003-postgres-bus.md and 0006-kafka-driver.md.
 *
 *     node bench/src/bus.ts [seconds per measurement, default 3] [--driver kafka]
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import type { EventBus, OutgoingRecord } from "@stellwerk/bus";
import { build } from "hdr-histogram-js";
import type { Histogram } from "hdr-histogram-js";
import { openKafka, openPostgres } from "./bus-backends.ts";

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { driver: { type: "string", default: "postgres" } },
});
const SECONDS = Number(positionals[0] ?? 3);
const TOPIC = "bench";
const PARTITIONS = 12;
/** What is published while it is consumed, apart from the backlog. */
const LIVE_TOPIC = "bench.live";
const BODY = Buffer.from(randomBytes(700).toString("hex"));

interface Line {
  readonly what: string;
  readonly recordsPerSecond: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly nodeUs: number;
  readonly backendUs: number;
  readonly transactionsPerRecord: number;
}

let backlog = 0;
const backend = await (given.driver === "kafka" ? openKafka() : openPostgres());
const { bus } = backend;
try {
  await bus.ensureTopics(
    [TOPIC, LIVE_TOPIC].map((name) => ({ name, partitions: PARTITIONS, retentionMs: 3_600_000 })),
  );
  await publishInTurn(bus, 20, 500);
  const lines = [
    await measure("publish, one at a time", () => publishInTurn(bus, 1, SECONDS * 1_000)),
    await measure("publish, 20 at a time", () => publishInTurn(bus, 20, SECONDS * 1_000)),
    await measure("publish, 200 at a time", () => publishInTurn(bus, 200, SECONDS * 1_000)),
    await measure("publish, 300/s arriving", () => publishAtRate(bus, 300, SECONDS * 1_000)),
    await measure("publish, 1,000/s arriving", () => publishAtRate(bus, 1_000, SECONDS * 1_000)),
    await measure("publish and consume, 1,000/s arriving", () =>
      publishAndConsume(bus, 1_000, SECONDS * 1_000),
    ),
    await measure("consume a backlog", () => consumeBacklog(bus)),
    await measure("consume, nothing arrives (per second)", () => consumeNothing(bus)),
  ];
  print(lines);
} finally {
  await backend.stop();
}

interface Run {
  readonly records: number;
  readonly latencies?: Histogram;
}

async function measure(what: string, run: () => Promise<Run>): Promise<Line> {
  const transactions = await backend.countTransactions();
  const node = process.cpuUsage();
  const cpu = backend.cpuUs();
  const beganAt = performance.now();
  const { records, latencies } = await run();
  const seconds = (performance.now() - beganAt) / 1_000;
  const used = process.cpuUsage(node);
  return {
    what,
    recordsPerSecond: records / seconds,
    ...(latencies
      ? {
          p50Ms: latencies.getValueAtPercentile(50) / 1_000,
          p99Ms: latencies.getValueAtPercentile(99) / 1_000,
        }
      : {}),
    nodeUs: (used.user + used.system) / records,
    backendUs: (backend.cpuUs() - cpu) / records,
    transactionsPerRecord: ((await backend.countTransactions()) - transactions) / records,
  };
}

/** So many callers, each waiting for its answer before it publishes again. */
async function publishInTurn(target: EventBus, callers: number, forMs: number): Promise<Run> {
  const latencies = build();
  const until = performance.now() + forMs;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) await publishOne(target, latencies);
    }),
  );
  return { records: latencies.totalCount, latencies };
}

/** Arrivals that do not wait for answers, at random. */
async function publishAtRate(
  target: EventBus,
  perSecond: number,
  forMs: number,
  topic = TOPIC,
): Promise<Run> {
  const latencies = build();
  const beganAt = performance.now();
  const open: Promise<void>[] = [];
  for (let dueMs = 0; dueMs < forMs; dueMs += (-Math.log(1 - Math.random()) * 1_000) / perSecond) {
    const waitMs = beganAt + dueMs - performance.now();
    if (waitMs > 0) await pause(waitMs);
    open.push(publishOne(target, latencies, topic));
  }
  await Promise.all(open);
  return { records: open.length, latencies };
}

async function publishAndConsume(target: EventBus, perSecond: number, forMs: number): Promise<Run> {
  const latencies = build();
  const consumer = await target.consume({
    group: "live",
    topics: [LIVE_TOPIC],
    startFrom: () => Promise.resolve(undefined),
    onBatch: async ({ records }) => {
      for (const { headers } of records) record(latencies, Number(headers["ce_sentat"]?.toString()));
    },
  });
  const { records } = await publishAtRate(target, perSecond, forMs, LIVE_TOPIC);
  while (latencies.totalCount < records) await pause(5);
  await consumer.stop();
  return { records, latencies };
}

async function consumeBacklog(target: EventBus): Promise<Run> {
  let handled = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const consumer = await target.consume({
    group: "backlog",
    topics: [TOPIC],
    startFrom: () => Promise.resolve(0n),
    onBatch: async ({ records }) => {
      handled += records.length;
      if (handled >= backlog) resolve();
    },
  });
  await promise;
  const records = handled;
  await consumer.stop();
  return { records };
}

async function consumeNothing(target: EventBus): Promise<Run> {
  const consumer = await target.consume({
    group: "idle",
    topics: [`${TOPIC}.dead`],
    onBatch: async () => {},
  });
  await pause(SECONDS * 1_000);
  await consumer.stop();
  return { records: SECONDS };
}

async function publishOne(target: EventBus, latencies: Histogram, topic = TOPIC): Promise<void> {
  const beganAt = performance.now();
  await target.publish([makeRecord(topic, beganAt)]);
  if (topic === TOPIC) backlog += 1;
  record(latencies, beganAt);
}

function record(latencies: Histogram, sinceMs: number): void {
  latencies.recordValue(Math.max(1, (performance.now() - sinceMs) * 1_000));
}

function makeRecord(topic: string, sentAt: number): OutgoingRecord {
  return {
    topic,
    key: `acc_${Math.floor(Math.random() * 100)}`,
    value: BODY,
    headers: {
      ce_specversion: "1.0",
      ce_id: "evt_01kaq2v5w8e6n9x4p7r3t1y0z2",
      ce_type: "website_status_changed",
      ce_source: "/accounts/acc_01kaq2v5w8e6n9x4p7r3t1y0z2/sources/src_01kaq2v5w8e6n9x4p7r3t1y0z2",
      ce_subject: "website/321654",
      ce_time: "2026-11-23T18:00:00.000Z",
      ce_sentat: String(sentAt),
      "content-type": "application/json",
    },
  };
}

function print(lines: readonly Line[]): void {
  const number = (value: number | undefined, digits: number) =>
    value === undefined
      ? ""
      : value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
  console.log(
    `| | records/s | p50 ms | p99 ms | node µs/record | ${backend.name} µs/record | transactions/record |`,
  );
  console.log("|---|--:|--:|--:|--:|--:|--:|");
  for (const line of lines) {
    const cells = [
      line.what,
      number(line.recordsPerSecond, 0),
      number(line.p50Ms, 1),
      number(line.p99Ms, 1),
      number(line.nodeUs, 0),
      number(line.backendUs, 0),
      number(line.transactionsPerRecord, 3),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
