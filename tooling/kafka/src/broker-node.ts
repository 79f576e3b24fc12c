/** One broker process: formatted, started, killed, started again on the same ports with its data. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Jars } from "./jars.ts";
import { runProgram } from "./run-program.ts";

/** What Kafka logs when it serves clients. */
const READY = "Kafka Server started";
const START_MS = 60_000;
/** Long enough to write the archive of classes. */
const STOP_MS = 30_000;
/** C1 alone: up in half the CPU time, and no test runs long enough to miss the rest. */
const HEAP = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
const LOG_TO_STDOUT = [
  "-Dorg.slf4j.simpleLogger.logFile=System.out",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
];

export interface NodeOptions {
  readonly id: number;
  readonly jars: Jars;
  readonly folder: string;
  readonly clusterId: string;
  readonly properties: (dataDir: string) => string;
  /** More arguments for `kafka.tools.StorageTool format`. */
  readonly formatArgs: readonly string[];
}

export class BrokerNode {
  readonly #options: NodeOptions;
  readonly #configFile: string;
  readonly #logFile: string;
  readonly #dataDir: string;
  #process: ChildProcess | undefined;
  /** A test run that ends in the middle must leave no broker behind. */
  readonly #onExit = () => this.#process?.kill("SIGKILL");

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#configFile = join(options.folder, `node-${options.id}.properties`);
    this.#logFile = join(options.folder, `node-${options.id}.log`);
    this.#dataDir = join(options.folder, `node-${options.id}`);
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async start(): Promise<void> {
    await this.#format();
    const log = openSync(this.#logFile, "w");
    const { classPath, archive } = this.#options.jars;
    const archiveFlag = existsSync(archive)
      ? `-XX:SharedArchiveFile=${archive}`
      : `-XX:ArchiveClassesAtExit=${this.#newArchive}`;
    const args = [...HEAP, archiveFlag, ...LOG_TO_STDOUT, "-cp", classPath, "kafka.Kafka", this.#configFile];
    // Not detached: whoever ends our process group ends the broker too.
    this.#process = spawn("java", args, { stdio: ["ignore", log, log] });
    closeSync(log);
    process.on("exit", this.#onExit);
    await this.#ready(this.#process);
  }

  /** kill -9 */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    const late = setTimeout(() => this.#process?.kill("SIGKILL"), STOP_MS);
    await this.#end("SIGTERM");
    clearTimeout(late);
    if (existsSync(this.#newArchive)) renameSync(this.#newArchive, this.#options.jars.archive);
  }

  /** SIGSTOP and SIGCONT: it is there and does not answer. */
  freeze(frozen: boolean): void {
    this.#process?.kill(frozen ? "SIGSTOP" : "SIGCONT");
  }

  async #format(): Promise<void> {
    const { jars, clusterId, properties, formatArgs } = this.#options;
    if (existsSync(join(this.#dataDir, "meta.properties"))) return;
    mkdirSync(this.#dataDir, { recursive: true });
    writeFileSync(this.#configFile, properties(this.#dataDir));
    const tool = ["-XX:TieredStopAtLevel=1", "-cp", jars.classPath, "kafka.tools.StorageTool"];
    const args = [...tool, "format", "-t", clusterId, "-c", this.#configFile, ...formatArgs];
    const end = await runProgram("java", args);
    if (end.exitCode !== 0) throw new Error(`Kafka's storage could not be formatted:\n${end.output}`);
  }

  async #ready(child: ChildProcess): Promise<void> {
    for (const deadline = performance.now() + START_MS; performance.now() < deadline; await pause(50)) {
      if (this.#logText().includes(READY)) return;
      if (hasEnded(child)) break;
    }
    await this.kill();
    throw new Error(`Kafka did not start:\n${this.#logText().trimEnd().split("\n").slice(-30).join("\n")}`);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child && !hasEnded(child)) {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    }
    process.off("exit", this.#onExit);
    this.#process = undefined;
  }

  /** Of its own: several may stop at once. */
  get #newArchive(): string {
    return `${this.#options.jars.archive}.${process.pid}.${this.#options.id}`;
  }

  #logText(): string {
    return readFileSync(this.#logFile, "utf8");
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
