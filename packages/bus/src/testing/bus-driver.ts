/** What a driver brings to the suite, and what the suite's claims are called. */
import type { Logger } from "pino";
import type { EventBus, OutgoingRecord } from "../port.ts";

/** The same for every driver; what is left out is the driver's own default. */
export interface BusSettings {
  readonly publishDeadlineMs?: number;
  readonly bufferBytes?: number;
  readonly sessionTimeoutMs?: number;
  readonly log?: Logger;
}

/** A running backend. The suites use topics of their own in it. */
export interface BusBackend extends AsyncDisposable {
  /** A new client with connections of its own, as another process would have it. */
  open(settings?: BusSettings): EventBus;
  /** Passed as JSON to `openBus` of the driver's `module`, in another process. */
  readonly setup: unknown;
}

/** A backend of the suite's own, which it may break. */
export interface BreakableBackend extends BusBackend {
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Up again on the same address, with its data. */
  restart(): Promise<void>;
}

export interface BusDriver<Backend extends BusBackend = BusBackend> {
  readonly name: string;
  start(): Promise<Backend>;
  /** Exports `openBus(setup, settings): EventBus`; a process that runs it is killed. */
  readonly module: URL;
  /** The shortest session the backend allows. */
  readonly shortestSessionMs: number;
  /**
   * Publishes, but stands still when the records have their offsets and are not committed yet.
   * A backend in which that cannot happen says so in `cannot`.
   */
  holdBeforeCommit?(
    backend: Backend,
    records: readonly OutgoingRecord[],
  ): Promise<{ commit(): Promise<void> }>;
  /** Claims that do not hold or cannot be put to the test here, each with the reason, which is printed. */
  readonly cannot?: Readonly<Record<string, string>>;
}
