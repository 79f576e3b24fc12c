/** A consumer in a process of its own, to be killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { BusBackend, BusDriver } from "./bus-driver.ts";

export interface ConsumerSetup {
  readonly topic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
  readonly maxBatchRecords: number;
}

export interface ConsumerProcess extends AsyncDisposable {
  /** Handled so far. */
  values(): string[];
  /** kill -9 */
  kill(): Promise<void>;
}

export async function startConsumerProcess<Backend extends BusBackend>(
  driver: BusDriver<Backend>,
  backend: Backend,
  consumer: ConsumerSetup,
): Promise<ConsumerProcess> {
  const program = new URL("./consumer-process.ts", import.meta.url).pathname;
  const argument = JSON.stringify({ module: driver.module.href, setup: backend.setup, consumer });
  const child = spawn(process.execPath, [program, argument], { stdio: ["ignore", "pipe", "inherit"] });
  const values: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => values.push(line));
  const ended = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { values: () => values, kill, [Symbol.asyncDispose]: kill };
}
