/**
 * Runs a service until it is told to stop: SIGTERM and SIGINT drain and exit 0, a second one exits
 * at once, and what cannot start says why in one sentence and exits 1.
 */
import type { Log } from "@stellwerk/log";
import { SettingsError } from "./settings.ts";

export interface Service {
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly log: Log;
  /** Longest a stop may take before the process ends anyway. */
  readonly stopWithinMs: number;
  start(control: ServiceControl): Promise<Service>;
}

export interface ServiceControl {
  /** Aborted when the process is told to stop while it still starts. */
  readonly signal: AbortSignal;
  /** The service cannot go on: drain and exit with 1. */
  fail(reason: string): void;
}

/** An error whose message is meant for the person who started the process: shown without a stack. */
export class StartError extends Error {
  readonly code = "process.start";
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
  }
}

export async function runService(options: ServiceOptions): Promise<void> {
  const { log, stopWithinMs } = options;
  const stopping = new AbortController();
  const { promise: told, resolve: stopWith } = Promise.withResolvers<number>();

  const onSignal = (name: NodeJS.Signals) => {
    if (stopping.signal.aborted) process.exit(130);
    log.info(`${name} received; finishing what is in flight (again to end at once)`);
    stopping.abort(new StartError(`${name} received while starting`));
    stopWith(0);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);

  try {
    const service = await options.start({
      signal: stopping.signal,
      fail(reason) {
        log.fatal(reason);
        stopWith(1);
      },
    });
    const code = await told;
    const late = setTimeout(() => {
      log.error({ stopWithinMs }, "stopping took too long; ending now, the next start takes over what was in flight");
      process.exit(1);
    }, stopWithinMs);
    await service.stop();
    clearTimeout(late);
    log.info("stopped");
    process.exit(code);
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0);
    if (isForPeople(error)) log.fatal(error.message);
    else log.fatal({ err: error }, "could not start");
    process.exit(1);
  }
}

/** Errors thrown on purpose carry a code with a dot ("store.unavailable") and a message that says what to do. */
function isForPeople(error: unknown): error is Error {
  if (error instanceof StartError || error instanceof SettingsError) return true;
  return error instanceof Error && "code" in error && /^[a-z]+\.[a-z_]+$/.test(String(error.code));
}
