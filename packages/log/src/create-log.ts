/**
 * The log of a process: JSON lines for machines, readable lines in a terminal.
 * Every line about an account carries `account`, and ids as people see them (`evt_…`).
 */
import { pino, stdSerializers } from "pino";
import type { DestinationStream, LevelWithSilent, Logger } from "pino";
import pretty from "pino-pretty";

export type Log = Logger;

export interface LogOptions {
  /** The process: "api", "dispatcher", "standalone". */
  readonly name: string;
  /** Default "info". */
  readonly level?: LevelWithSilent;
  /** Default stdout, made readable when that is a terminal. */
  readonly destination?: DestinationStream;
}

/**
 * A net under the rule that nobody logs these at all: a request or an error
 * object that is logged whole still does not show a key or a token.
 */
const NEVER_LOGGED = [
  "authorization",
  "cookie",
  "token",
  "secret",
  "secrets",
  "password",
  "apiKey",
  "hookUrl",
];
const HIDDEN = new Set(NEVER_LOGGED);
const CENSOR = "[hidden]";

/**
 * @example
 * const log = createLog({ name: "api" });
 * log.info({ account: "acc_…", event: "evt_…" }, "event accepted");
 */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      name: options.name,
      level: options.level ?? "info",
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: showError, error: showError },
      redact: {
        paths: NEVER_LOGGED.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: CENSOR,
      },
    },
    options.destination ?? standardOutput(),
  );
}

/** PostgreSQL's `detail` and `where` quote the row that was refused: an event's content, a sealed secret. */
const QUOTES_ROWS = new Set(["detail", "where", "internalQuery", "hint"]);

/** Redaction knows places near the top; what libraries hang on their errors may be deeper. */
const DEEPEST = 4;

function showError(error: Error): unknown {
  // Anything can be thrown; what is no error comes back as it is.
  const shown: unknown = stdSerializers.err(error);
  return typeof shown === "object" && shown !== null ? showParts(shown, 0) : shown;
}

function showParts(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, part]) => !QUOTES_ROWS.has(name) || typeof part !== "string")
      .map(([name, part]) => [name, HIDDEN.has(name) && depth > 0 ? CENSOR : showPart(part, name, depth)]),
  );
}

function showPart(part: unknown, name: string, depth: number): unknown {
  if (Array.isArray(part)) return part.map((each) => showPart(each, name, depth));
  if (typeof part !== "object" || part === null) return part;
  // Sockets and the like show themselves; errors inside an AggregateError come serialised already.
  const isPlain = name === "aggregateErrors" || Object.getPrototypeOf(part) === Object.prototype;
  if (!isPlain) return part;
  return depth < DEEPEST ? showParts(part, depth + 1) : CENSOR;
}

function standardOutput(): DestinationStream {
  if (!process.stdout.isTTY) return pino.destination({ fd: 1, sync: true });
  // In this process and at once: a worker would lose the last lines of a process that exits.
  return pretty({
    colorize: true,
    sync: true,
    translateTime: "HH:MM:ss",
    ignore: "pid,name",
    messageFormat: "{msg}",
  });
}
