import { logLevel } from "kafkajs";
import type { LogEntry } from "kafkajs";
import { pino } from "pino";
import { expect, test } from "vitest";
import { createKafkaLog } from "./kafka-log.ts";

function openLog() {
  let now = 0;
  const shown: string[] = [];
  const log = pino({ level: "info" }, { write: (line) => shown.push(line) });
  const write = createKafkaLog(log, () => now)(logLevel.WARN);
  const say = (level: logLevel, message: string) =>
    write({ namespace: "Connection", level, label: "", log: { message, timestamp: "" } } satisfies LogEntry);
  return { say, shown, pass: (ms: number) => (now += ms) };
}

test("an error that is over within 30 s is not shown", () => {
  const { say, shown, pass } = openLog();
  for (let n = 0; n < 29; n++) {
    say(logLevel.ERROR, "The coordinator is loading");
    pass(1_000);
  }
  pass(60_000);
  say(logLevel.ERROR, "There is no leader for this topic-partition");
  expect(shown).toEqual([]);
});

test("errors that go on for 30 s are shown, once in 30 s", () => {
  const { say, shown, pass } = openLog();
  for (let n = 0; n < 65; n++) {
    say(logLevel.ERROR, "Connection error: connect ECONNREFUSED");
    pass(1_000);
  }
  expect(shown).toHaveLength(2);
  expect(shown[0]).toContain("trouble with Kafka lasts: Connection error: connect ECONNREFUSED");
});

test("warnings of kafkajs are for debugging", () => {
  const { say, shown } = openLog();
  say(logLevel.WARN, "The group is rebalancing, re-joining");
  expect(shown).toEqual([]);
});
