import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createKafkaBus } from "@stellwerk/bus";
import { encodeHeaders } from "@stellwerk/events";
import { resolveJars, TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { createLog } from "@stellwerk/log";
import { expect, test } from "vitest";

const brokers = process.env[TEST_KAFKA_BROKERS] ?? "";
const hasCompiler =
  brokers !== "" && /^jdk\.compiler@/m.test(spawnSync("java", ["--list-modules"]).stdout.toString());
if (brokers !== "" && !hasCompiler) {
  const reason = "The Java example needs a JDK (`apt-get install openjdk-17-jdk-headless`); here is a JRE.";
  if (!["", "false"].includes(process.env["CI"] ?? "")) throw new Error(reason);
  process.stderr.write(`\nIt is left out. ${reason}\n\n`);
}

test.runIf(hasCompiler)(
  "it prints what our driver published, each event once, and ends on SIGTERM",
  async () => {
    const topic = `test.${randomUUID()}`;
    const bus = createKafkaBus({
      brokers: brokers.split(","),
      app: "example-test",
      log: createLog({ name: "test", level: "silent" }),
    });
    await bus.ensureTopics([{ name: topic, partitions: 3, retentionMs: 3_600_000 }]);
    const record = (id: string, value: string) => ({
      topic,
      key: "acc_1",
      value: Buffer.from(value),
      headers: encodeHeaders({
        id,
        type: "website_created",
        source: "/accounts/acc_1/sources/src_1",
        subject: "website/7",
        time: new Date().toISOString(),
        accountId: "acc_1",
        contentType: "application/json",
      }),
    });
    const first = record("evt_1", '{"website": {"id": 7,  "title": "Café"}}');
    await bus.publish([
      first,
      first,
      { topic, key: "acc_1", value: Buffer.from("x"), headers: {} },
      record("evt_2", "{}"),
    ]);
    await bus.close();

    const { classPath } = await resolveJars(() => {});
    // The JVM's own words about itself and Kafka's log go to stderr.
    const source = new URL("Consumer.java", import.meta.url).pathname;
    const child = spawn(
      "java",
      ["-Dstdout.encoding=UTF-8", "-Dfile.encoding=UTF-8", "-cp", classPath, source],
      {
        env: { ...process.env, KAFKA_BROKERS: brokers, TOPIC: topic, GROUP: topic },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const ended = once(child, "exit");
    try {
      let output = "";
      let problems = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (problems += text));
      // Its last words are the message when it fails to start.
      const heard = () => (output.includes("evt_2") ? "evt_2" : problems.slice(-2_000));
      await expect.poll(heard, { timeout: 50_000 }).toBe("evt_2");
      expect(output.trimEnd().split("\n")).toEqual([
        'evt_1 website_created about website/7 as application/json: {"website": {"id": 7,  "title": "Café"}}',
        "evt_1 again",
        expect.stringMatching(/^skipped: no CloudEvents headers at \d\/2$/),
        "evt_2 website_created about website/7 as application/json: {}",
      ]);
      child.kill("SIGTERM");
      await ended;
      expect(output).toMatch(/stopped\n$/);
    } finally {
      child.kill("SIGKILL");
    }
  },
);
