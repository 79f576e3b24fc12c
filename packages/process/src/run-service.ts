/**
 * Runs a service until it is told to stop: SIGTERM and SIGINT drain and exit 0, a second one exits
 * at once, and what cannot start says why in one sentence and exits 1.
 */
import { createLog, type Log, type LogOptions } from "@stellwerk/log";
import { SettingsError } from "./settings.ts";

/** What comes after the grace period of requests and attempts: the last outcomes, connections, an embedded database. */
const AFTER_GRACE_MS = 15_000;

export interface Service {
  stop(): Promise<void>;
}

export interface ServiceConfig {
  readonly LOG_LEVEL: NonNullable<LogOptions["level"]>;
  readonly STELLWERK_GRACE_SECONDS: number;
}

export interface ServiceControl<Config> {
  readonly config: Config;
  readonly log: Log;
  /** Aborted when the process is told to stop while it still starts. */
  readonly signal: AbortSignal;
  /** The service cannot go on: drain and exit with 1. */
  readonly fail: (reason: string) => void;
}

export interface ServiceOptions<Config extends ServiceConfig> {
  /** "api", "dispatcher", "standalone". */
  readonly name: string;
  /** May throw a SettingsError. */
  readConfig(): Config;
  start(control: ServiceControl<Config>): Promise<Service>;
}

/** An error whose message is meant for the person who started the process: shown without a stack. */
export class StartError extends Error {
  readonly code = "process.start";
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
  }
}

export async function runService<Config extends ServiceConfig>(
  options: ServiceOptions<Config>,
): Promise<never> {
  const { name } = options;
  let log = createLog({ name });
  const stopping = new AbortController();
  const { promise: told, resolve: stopWith } = Promise.withResolvers<number>();
  let ready = false;

  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) process.exit(130);
    log.info(ready ? `${signal}: finishing what is in flight (again to end at once)` : `${signal}: stopping`);
    stopping.abort(new StartError(`${signal} received while starting`));
    stopWith(0);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);

  try {
    const config = options.readConfig();
    log = createLog({ name, level: config.LOG_LEVEL });
    const service = await options.start({
      config,
      log,
      signal: stopping.signal,
      fail(reason) {
        log.fatal(reason);
        stopWith(1);
      },
    });
    ready = true;
    const code = await told;
    exitIfLate(log, config.STELLWERK_GRACE_SECONDS * 1_000 + AFTER_GRACE_MS);
    await service.stop();
    log.info("stopped");
    process.exit(code);
  } catch (error) {
    // Told to stop while starting: whatever was cut off by that is no failure.
    if (stopping.signal.aborted && !ready) process.exit(0);
    if (isForPeople(error)) log.fatal(error.message);
    else log.fatal({ err: error }, ready ? "could not stop cleanly" : "could not start");
    process.exit(1);
  }
}

function exitIfLate(log: Log, stopWithinMs: number): void {
  setTimeout(() => {
    log.error({ stopWithinMs }, "stopping took too long; the next start takes over what was in flight");
    process.exit(1);
  }, stopWithinMs).unref();
}

/** Errors thrown on purpose carry a code with a dot ("store.unavailable") and a message that says what to do. */
function isForPeople(error: unknown): error is Error {
  if (error instanceof SettingsError) return true;
  return error instanceof Error && "code" in error && /^[a-z]+\.[a-z_-]+$/.test(String(error.code));
}
