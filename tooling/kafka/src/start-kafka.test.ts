import { existsSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { KafkaMissingError, startKafka } from "./index.ts";
import type { Kafka } from "./index.ts";

/** Where Kafka cannot run there is nothing to test; the reason is printed. */
const kafka = await startKafka().catch((error: unknown) => {
  if (!(error instanceof KafkaMissingError) || process.env["CI"] === "true") throw error;
  process.stderr.write(`${error.message}\n`);
  return undefined;
});

async function answers(address: string): Promise<boolean> {
  const [host = "", port] = address.split(":");
  const socket = connect({ host, port: Number(port) });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe.runIf(kafka)("a broker", () => {
  const running = kafka as Kafka;
  const broker = running.brokers[0]!;

  test("is there, killed, back on the same port, and gone at the end", async () => {
    expect(await answers(broker)).toBe(true);
    await running.kill(1);
    expect(await answers(broker)).toBe(false);
    await running.restart(1);
    expect(await answers(broker)).toBe(true);
    await running.stop();
    expect(await answers(broker)).toBe(false);
  });

  test("keeps its jars for the next time", () => {
    expect(existsSync(new URL("../../../.cache/kafka/4.3.1", import.meta.url))).toBe(true);
  });
});
