import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createKafkaBus } from "@stellwerk/bus";
import { encodeHeaders, websiteStatusChanged } from "@stellwerk/events";
import { TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { createLog } from "@stellwerk/log";
import { expect, test } from "vitest";

const brokers = process.env[TEST_KAFKA_BROKERS] ?? "";

test.runIf(brokers)("it prints what our driver published, each event once, and ends on SIGTERM", async () => {
  const topic = `test.${randomUUID()}`;
  const bus = createKafkaBus({
    brokers: brokers.split(","),
    app: "example-test",
    log: createLog({ name: "test", level: "silent" }),
  });
  await bus.ensureTopics([{ name: topic, partitions: 3, retentionMs: 3_600_000 }]);
  const record = (id: string, type: string, value: unknown) => ({
    topic,
    key: "acc_1",
    value: Buffer.from(JSON.stringify(value)),
    headers: encodeHeaders({
      id,
      type,
      source: "/accounts/acc_1/sources/src_1",
      subject: "website/321654",
      time: new Date().toISOString(),
      accountId: "acc_1",
      contentType: "application/json",
    }),
  });
  const changed = websiteStatusChanged({
    website: { id: 321654, title: "Café Müller", domain: "example.com", status: "Done" },
    previousStatus: "Publish",
  });
  const first = record("evt_1", changed.event, changed);
  await bus.publish([
    first,
    first,
    { topic, key: "acc_1", value: Buffer.from("x"), headers: {} },
    record("evt_2", "brand_new_type", { event: "brand_new_type" }),
  ]);
  await bus.close();

  const child = spawn(process.execPath, [new URL("consumer.ts", import.meta.url).pathname], {
    env: { PATH: process.env["PATH"] ?? "", KAFKA_BROKERS: brokers, TOPIC: topic, GROUP: topic },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  try {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await expect.poll(() => output, { timeout: 40_000 }).toContain("evt_2");
    const lines = output.trimEnd().split("\n");
    expect(lines).toEqual([
      "evt_1 Café Müller: Publish → Done",
      "evt_1 again",
      expect.stringMatching(/^skipped: /),
      "evt_2 brand_new_type about website/321654",
    ]);
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});
