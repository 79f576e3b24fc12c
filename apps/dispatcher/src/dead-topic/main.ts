/** `pnpm dead …`: looks into a dead topic and puts records back. Runs beside a dispatcher, or without one. */
import { openBus, platformTopics } from "@stellwerk/bus";
import { createLog } from "@stellwerk/log";
import { loadInstallation, openDatabase } from "@stellwerk/store";
import { readDeadTopicConfig } from "../config.ts";
import { runDeadCommand, USAGE } from "./run-dead-command.ts";

const ANSWER_MS = 10_000;

const args = process.argv.slice(2);
const print = (line: string) => void process.stdout.write(`${line}\n`);
// `dead list | head` is no error.
process.stdout.on("error", () => process.exit(0));

if (args.length === 0 || args.includes("--help")) print(USAGE);
else {
  try {
    process.exitCode = await run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run(): Promise<number> {
  const config = readDeadTopicConfig();
  const log = createLog({ name: "dead", level: "warn", destination: process.stderr });
  const applicationName = "stellwerk dead";
  const db = openDatabase({ url: config.DATABASE_URL, applicationName });
  try {
    const installation = await loadInstallation(db);
    if (installation === undefined) throw new Error("Nothing was started on this database yet");
    const bus = await openBus(config, {
      databaseUrl: config.DATABASE_URL,
      applicationName,
      topics: platformTopics(installation.partitions),
      log,
      timeoutMs: ANSWER_MS,
      signal: new AbortController().signal,
    });
    try {
      return await runDeadCommand({ args, bus, print });
    } finally {
      await bus.close();
    }
  } finally {
    await db.close();
  }
}
