/**
 * The connection to PostgreSQL: a pool, transactions, notifications.
 * What means "not reachable", "went away" or "not now" arrives as StoreUnavailableError.
 */
import pg from "pg";
import { StoreUnavailableError } from "./errors.ts";
import { listen } from "./listener.ts";
import type { Listener } from "./listener.ts";
import type { Statement } from "./sql-file.ts";
import { attempt } from "./unavailable.ts";

/** `bigint` columns are offsets, epochs and revisions: far below 2^53, so they arrive as numbers. */
const INT8 = 20;
/** A dead peer is noticed by the kernel, so that a cut cable does not hang a query for hours. */
const KEEP_ALIVE_AFTER_MS = 5_000;
/** How much longer than the server's own limit we wait for its answer before we drop the connection. */
const ANSWER_GRACE_MS = 2_000;

export interface Queryable {
  /** Runs a statement or plain SQL; rows as objects with the columns' names. */
  query<Row = unknown>(statement: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Queryable {
  /** Carries the password: not for logs. */
  readonly url: string;
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
  /** Its connections right now. */
  usage(): PoolUsage;
  close(): Promise<void>;
}

export interface PoolUsage {
  readonly idle: number;
  readonly used: number;
  /** Queries that wait for a connection. */
  readonly pending: number;
  readonly max: number;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Default 10. */
  readonly maxConnections?: number;
  /** Longest a query may take before it is cancelled; default 30 s, 0 for no limit. */
  readonly statementTimeoutMs?: number;
}

export function openDatabase(options: DatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const config: pg.PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    statement_timeout: statementTimeoutMs,
    // A frozen process must not hold a row lock that a takeover waits for.
    idle_in_transaction_session_timeout: 5_000,
    types: { getTypeParser: getTypeParser as typeof pg.types.getTypeParser },
  };
  const pool = new pg.Pool(config);
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});

  async function withClient<T>(work: (send: Send) => Promise<T>): Promise<T> {
    const client = await attempt(() => pool.connect());
    // The same for one that dies in our hands, between two queries; the next query then says so.
    const ignore = (): void => {};
    client.on("error", ignore);
    let lost = false;
    try {
      return await work((statement, values) => send(client, statementTimeoutMs, statement, values));
    } catch (error) {
      // Not for the next one to find: a server that shuts down says so before it hangs up.
      lost = error instanceof StoreUnavailableError;
      throw error;
    } finally {
      client.release(lost);
      client.off("error", ignore);
    }
  }

  return {
    url: options.url,
    query: (statement, values) => withClient((sender) => queryWith(sender, statement, values)),
    transaction: (work) => withClient((sender) => runTransaction(sender, work)),
    listen: (channels, onNotify, onGap) => listen({ config, channels, onNotify, onGap }),
    usage: () => ({
      idle: pool.idleCount,
      used: pool.totalCount - pool.idleCount,
      pending: pool.waitingCount,
      max: pool.options.max,
    }),
    close: () => pool.end(),
  };
}

type Send = (statement: Statement | string, values?: readonly unknown[]) => Promise<pg.QueryResult>;

async function runTransaction<T>(sender: Send, work: (tx: Queryable) => Promise<T>): Promise<T> {
  await sender("BEGIN");
  try {
    const result = await work({ query: (statement, values) => queryWith(sender, statement, values) });
    const { command } = await sender("COMMIT");
    // PostgreSQL does not call it an error when it rolls a failed transaction back instead.
    if (command !== "COMMIT") throw new Error("Rolled back: an error inside the transaction was swallowed");
    return result;
  } catch (error) {
    await sender("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function queryWith<Row>(sender: Send, statement: Statement | string, values?: readonly unknown[]) {
  return (await sender(statement, values)).rows as Row[];
}

async function send(
  client: pg.PoolClient,
  statementTimeoutMs: number,
  statement: Statement | string,
  values: readonly unknown[] = [],
): Promise<pg.QueryResult> {
  const query = typeof statement === "string" ? { text: statement } : asQuery(statement);
  // A frozen server or network never answers; ending a connection with a query open cuts the socket.
  const deadline =
    statementTimeoutMs > 0 ? setTimeout(() => cut(client), statementTimeoutMs + ANSWER_GRACE_MS) : undefined;
  try {
    return await attempt(() => client.query({ ...query, values: values as unknown[] }));
  } finally {
    clearTimeout(deadline);
  }
}

/** pg prepares what has a name. */
function asQuery({ name, text, prepare }: Statement): pg.QueryConfig {
  return prepare === false ? { text } : { name, text };
}

function cut(client: pg.PoolClient): void {
  (client as pg.PoolClient & pg.Client).end().catch(() => {});
}

function getTypeParser(oid: number, format?: "text" | "binary"): unknown {
  return oid === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format);
}
