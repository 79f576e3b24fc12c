/**
 * The connection to PostgreSQL: a pool, transactions, notifications.
 * Errors that mean "not reachable" or "went away" arrive as StoreUnavailableError.
 */
import pg from "pg";
import { StoreUnavailableError } from "./errors.ts";
import type { Statement } from "./sql-file.ts";

/** `bigint` columns are offsets, epochs and revisions: far below 2^53, so they arrive as numbers. */
const INT8 = 20;
/** A dead peer is noticed by the kernel, so that a cut cable does not hang a query for hours. */
const KEEP_ALIVE_AFTER_MS = 5_000;

export interface Queryable {
  /** Runs a statement or plain SQL; rows as objects with the columns' names. */
  query<Row = unknown>(statement: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Listener {
  close(): Promise<void>;
}

export interface Database extends Queryable {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Calls back for every NOTIFY on `channels`; reconnects by itself. `onGap` is called after each
   * (re)connection, because what was notified while it was away is lost.
   */
  listen(
    channels: readonly string[],
    onNotify: (channel: string, payload: string) => void,
    onGap: () => void,
  ): Promise<Listener>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Default 10. */
  readonly maxConnections?: number;
  /** Longest a query may take before it is cancelled; default 30 s. */
  readonly statementTimeoutMs?: number;
}

export function openDatabase(options: DatabaseOptions): Database {
  const config: pg.PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    // A frozen process must not hold a row lock that a takeover waits for.
    idle_in_transaction_session_timeout: 5_000,
    types: { getTypeParser: getTypeParser as typeof pg.types.getTypeParser },
  };
  const pool = new pg.Pool(config);
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});

  return {
    query: async (statement, values) => rows(await attempt(() => run(pool, statement, values))),
    async transaction(work) {
      const client = await attempt(() => pool.connect());
      let broken: Error | undefined;
      try {
        await attempt(() => client.query("BEGIN"));
        const result = await work({
          query: async (statement, values) => rows(await attempt(() => run(client, statement, values))),
        });
        await attempt(() => client.query("COMMIT"));
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    listen: (channels, onNotify, onGap) => listen(config, channels, onNotify, onGap),
    close: () => pool.end(),
  };
}

function getTypeParser(oid: number, format?: "text" | "binary"): unknown {
  return oid === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format);
}

function run(
  client: pg.Pool | pg.PoolClient,
  statement: Statement | string,
  values: readonly unknown[] = [],
) {
  const text = typeof statement === "string" ? { text: statement } : statement;
  return client.query({ ...text, values: values as unknown[] });
}

function rows<Row>(result: pg.QueryResult): Row[] {
  return result.rows as Row[];
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new StoreUnavailableError(error) : error;
  }
}

/** SQLSTATE classes 08 (connection) and 57P (shutting down), too many connections, and anything the socket says. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") {
    return /^(08|57P0[123]|53300|25P03|ECONN|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EAI_|EHOSTUNREACH)/.test(code);
  }
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i.test(
    error.message,
  );
}

/** First pause before reconnecting a listener, doubling to `MAX_RECONNECT_MS`. */
const RECONNECT_MS = 100;
const MAX_RECONNECT_MS = 2_000;

async function listen(
  config: pg.PoolConfig,
  channels: readonly string[],
  onNotify: (channel: string, payload: string) => void,
  onGap: () => void,
): Promise<Listener> {
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = RECONNECT_MS;

  async function connect(): Promise<void> {
    const next = new pg.Client(config);
    next.on("notification", (message) => onNotify(message.channel, message.payload ?? ""));
    next.on("error", () => next.end().catch(() => {}));
    next.on("end", () => {
      if (client === next) reconnectLater();
    });
    await next.connect();
    for (const channel of channels) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    if (closed) return next.end();
    client = next;
    pauseMs = RECONNECT_MS;
    onGap();
  }

  function reconnectLater(): void {
    client = undefined;
    if (closed) return;
    timer = setTimeout(() => connect().catch(reconnectLater), pauseMs);
    pauseMs = Math.min(pauseMs * 2, MAX_RECONNECT_MS);
  }

  await attempt(connect);
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
