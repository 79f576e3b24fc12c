import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import {
  createKafkaBus,
  createPostgresBus,
  EVENTS_TOPIC,
  platformTopics,
  type BusRecord,
  type EventBus,
  type OutgoingRecord,
} from "@stellwerk/bus";
import { TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { createLog } from "@stellwerk/log";
import { openTestDatabase, seedAccount, type TestDatabase } from "@stellwerk/store/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runDeadCommand } from "./run-dead-command.ts";

const log = createLog({ name: "test", level: "silent" });
const RETENTION_MS = 3_600_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

function record(topic: string, n: number, headers: OutgoingRecord["headers"] = {}): OutgoingRecord {
  return { topic, key: `account-${n % 2}`, value: Buffer.from(`{"n":${n}}`), headers };
}

/** Reads `topic` until `count` records came, and answers each with a reason. */
async function putAside(bus: EventBus, topic: string, count: number): Promise<void> {
  let seen = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const consumer = await bus.consume({
    group: `dispatcher.${topic}`,
    topics: [topic],
    async onBatch({ records }) {
      seen += records.length;
      if (seen >= count) resolve();
      return {
        dead: records.map(({ offset, value }) => ({ offset, reason: `cannot route ${value.toString()}` })),
      };
    },
  });
  await promise;
  await consumer.stop();
}

async function readAll(bus: EventBus, topic: string, count: number): Promise<BusRecord[]> {
  const found: BusRecord[] = [];
  const consumer = await bus.consume({
    group: randomUUID(),
    topics: [topic],
    async onBatch({ records }) {
      found.push(...records);
    },
  });
  await expect.poll(() => found.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count);
  await consumer.stop();
  return found;
}

function claims(open: () => EventBus): void {
  let bus: EventBus;
  let topic: string;
  beforeAll(() => {
    bus = open();
  });
  afterAll(() => bus.close());
  beforeEach(async () => {
    topic = `test.${randomUUID()}`;
    await bus.ensureTopics([{ name: topic, partitions: 2, retentionMs: RETENTION_MS }]);
  });

  async function dead(...args: string[]) {
    const lines: string[] = [];
    const code = await runDeadCommand({
      args: [...args, "--topic", topic],
      bus,
      print: (line) => lines.push(line),
    });
    return { code, output: lines.join("\n") };
  }

  test("an empty dead topic says so at once", async () => {
    expect(await dead("list")).toEqual({ code: 0, output: "The dead topic is empty" });
  });

  test("the list has each record's reason, where it came from and its id", async () => {
    await bus.publish([record(topic, 1, { ce_id: "evt_1" }), record(topic, 2)]);
    await putAside(bus, topic, 2);
    const { code, output } = await dead("list");
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^0/0 .* from ${topic} \\d/\\d+ `, "m"));
    expect(output).toMatch(/ce_id evt_1 .*\n +cannot route {"n":1}/);
    expect(output).toMatch(/ce_id none .*\n +cannot route {"n":2}/);
    expect(output).toMatch(/2 in all$/);
    const json = (await dead("list", "--json")).output.split("\n").map((line) => JSON.parse(line));
    expect(json).toHaveLength(2);
    expect(json.find((each) => each.ceId === "evt_1")).toMatchObject({
      topic,
      reason: 'cannot route {"n":1}',
    });
  });

  test("one is shown whole, and what it holds cannot reach the terminal's controls", async () => {
    await bus.publish([
      { ...record(topic, 1), value: Buffer.from("\u001b[31mred"), headers: { evil: "\u001b]0;x\u0007" } },
    ]);
    await putAside(bus, topic, 1);
    const { code, output } = await dead("show", "0/0");
    expect(code).toBe(0);
    expect(output).toContain("key: account-1");
    expect(output).toContain(String.raw`\x1b[31mred`);
    expect(output).toContain(String.raw`evil: \x1b]0;x\x07`);
    expect(output).not.toContain("\u001b");
    expect(await dead("show", "0/99")).toMatchObject({
      code: 1,
      output: expect.stringContaining("There is no 0/99"),
    });
  });

  test("chosen ones go back as they were: topic, partition, key, value and headers", async () => {
    const sent = record(topic, 1, { ce_id: "evt_1", "content-type": "application/json" });
    await bus.publish([sent, record(topic, 2)]);
    await putAside(bus, topic, 2);
    const list = (await dead("list", "--json")).output.split("\n").map((line) => JSON.parse(line));
    const { ref } = list.find((each) => each.ceId === "evt_1");
    expect(await dead("republish", ref, "0/99")).toEqual({
      code: 1,
      output: `${ref}  published to ${topic}\n0/99  is not in the dead topic\n1 published, 1 not`,
    });
    const [first, again] = (await readAll(bus, topic, 3)).filter((each) => each.value.equals(sent.value));
    expect(again).toMatchObject({ key: sent.key, partition: first?.partition, headers: first?.headers });
    expect(Object.keys(again?.headers ?? {}).toSorted()).toEqual(["ce_id", "content-type"]);
  });

  test("all go back once, those that are no record of ours stay", async () => {
    await bus.publish([record(topic, 1), record(topic, 2), record(topic, 3)]);
    await putAside(bus, topic, 3);
    await bus.publish([{ ...record(topic, 9), topic: `${topic}.dead` }]);
    const { code, output } = await dead("republish", "--all");
    expect(code).toBe(1);
    expect(output).toMatch(/left: It was not put here by Stellwerk/);
    expect(output).toMatch(/3 published, 1 not$/);
    expect(await readAll(bus, topic, 6)).toHaveLength(6);
  });
}

describe("postgres", () => {
  claims(() => createPostgresBus({ url: database.url, applicationName: "dead test", log }));
});

describe.runIf(process.env[TEST_KAFKA_BROKERS])("kafka", () => {
  claims(() => {
    const brokers = (process.env[TEST_KAFKA_BROKERS] ?? "").split(",");
    return createKafkaBus({ brokers, app: "dead-test", log });
  });
});

test.each([
  [[], "What is to be done?"],
  [["shred"], 'There is no "shred" here'],
  [["show"], "Show which one?"],
  [["republish"], "Republish which?"],
  [["republish", "0/1", "--all"], "Republish which?"],
  [["republish", "17"], '"17" is no place'],
  [["list", "--verbose"], "Unknown option '--verbose'"],
])("%j is answered with what is wrong and the usage", async (args, problem) => {
  const lines: string[] = [];
  const bus = createPostgresBus({ url: database.url, applicationName: "dead test", log });
  expect(await runDeadCommand({ args, bus, print: (line) => lines.push(line) })).toBe(2);
  expect(lines.join("\n")).toContain(problem);
  expect(lines.join("\n")).toContain("dead republish <place…> | --all");
  await bus.close();
});

test("as a program it needs the database and the bus, and no secret key", async () => {
  await seedAccount(database.db, { partitions: 2 });
  const bus = createPostgresBus({ url: database.url, applicationName: "dead test", log });
  await bus.ensureTopics(platformTopics(2));
  await bus.publish([record(EVENTS_TOPIC, 1)]);
  await putAside(bus, EVENTS_TOPIC, 1);
  await bus.close();
  const main = new URL("main.ts", import.meta.url).pathname;
  const env = { PATH: process.env["PATH"] ?? "", DATABASE_URL: database.url };
  const { stdout } = await promisify(execFile)(process.execPath, [main, "list"], { env });
  expect(stdout).toMatch(/cannot route {"n":1}\n1 in all\n$/);
});
