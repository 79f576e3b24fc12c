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
import { ENTER, ScopedQuery } from "./wall/scoped-query.ts";

/** `bigint` columns are offsets, epochs and revisions: far below 2^53, so they arrive as numbers. */
const INT8 = 20;
/** A dead peer is noticed by the kernel, so that a cut cable does not hang a query for hours. */
const KEEP_ALIVE_AFTER_MS = 5_000;
/** How much longer than the server's own limit we wait for its answer before we drop the connection. */
const ANSWER_GRACE_MS = 2_000;
/**
 * What the server does about a client that is gone without a word, or frozen in the middle of a large answer: no
 * statement timeout ends a statement whose answer nobody reads, and its locks would stay.
 */
const LET_GO =
  "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=8000";
const PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off";

export interface Queryable {
  /** Runs a statement or plain SQL; rows as objects with the columns' names. */
  query<Row = unknown>(statement: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Transactional extends Queryable {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
}

/** Whom a statement or a transaction runs as, and the only account that it may see. */
export interface Who {
  readonly role: string;
  readonly accountId: string;
}

export interface Database extends Transactional {
  /** Carries the password: not for logs. */
  readonly url: string;
  /** The same connections as somebody else: every statement and every transaction, and nothing after it. */
  as(who: Who): Transactional;
  /** From now on every connection works as this role. A transaction comes back with `SET LOCAL ROLE NONE`. */
  useRole(role: string): void;
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
  /**
   * For who reads and writes by key alone: every prepared statement is planned once, by index. Otherwise a plan made
   * while the queue is small reads all of it, dead rows included, for each batch of outcomes, and a statement that
   * names accounts is planned anew each time (0.2 ms). Default false.
   */
  readonly plansOnce?: boolean;
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
    options: options.plansOnce === true ? `${LET_GO} ${PLANNED_ONCE}` : LET_GO,
    types: { getTypeParser: getTypeParser as typeof pg.types.getTypeParser },
  };
  const pool = new pg.Pool(config);
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});
  let role: string | undefined;
  const roles = new WeakMap<pg.PoolClient, string>();

  async function withClient<T>(work: (send: Send) => Promise<T>): Promise<T> {
    const client = await attempt(() => pool.connect());
    // The same for one that dies in our hands, between two queries; the next query then says so.
    const ignore = (): void => {};
    client.on("error", ignore);
    let lost = false;
    try {
      const sender: Send = (statement, values, who) =>
        send(client, statementTimeoutMs, statement, values, who);
      if (role !== undefined && roles.get(client) !== role) {
        await sender(`SET ROLE ${pg.escapeIdentifier(role)}`);
        roles.set(client, role);
      }
      return await work(sender);
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
    as: (who) => ({
      query: (statement, values) => withClient((sender) => queryWith(sender, statement, values, who)),
      transaction: (work) => withClient((sender) => runTransaction(sender, work, who)),
    }),
    useRole(newRole) {
      role = newRole;
    },
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

type Send = (
  statement: Statement | string,
  values?: readonly unknown[],
  who?: Who,
) => Promise<pg.QueryResult>;

async function runTransaction<T>(sender: Send, work: (tx: Queryable) => Promise<T>, who?: Who): Promise<T> {
  // In one message with BEGIN: no round trip more.
  await sender(who === undefined ? "BEGIN" : `BEGIN; ${enterAs(who)}`);
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

function enterAs({ role, accountId }: Who): string {
  return ENTER.text.replace("$1", pg.escapeLiteral(role)).replace("$2", pg.escapeLiteral(accountId));
}

async function queryWith<Row>(
  sender: Send,
  statement: Statement | string,
  values?: readonly unknown[],
  who?: Who,
) {
  return (await sender(statement, values, who)).rows as Row[];
}

async function send(
  client: pg.PoolClient,
  statementTimeoutMs: number,
  statement: Statement | string,
  values: readonly unknown[] = [],
  who?: Who,
): Promise<pg.QueryResult> {
  const query = {
    ...(typeof statement === "string" ? { text: statement } : asQuery(statement)),
    values: values as unknown[],
  };
  // A frozen server or network never answers; ending a connection with a query open cuts the socket.
  const deadline =
    statementTimeoutMs > 0 ? setTimeout(() => cut(client), statementTimeoutMs + ANSWER_GRACE_MS) : undefined;
  try {
    return await attempt(() => (who === undefined ? client.query(query) : queryAs(client, query, who)));
  } finally {
    clearTimeout(deadline);
  }
}

const canEnter = new WeakSet<pg.PoolClient>();

async function queryAs(
  client: pg.PoolClient,
  query: pg.QueryConfig,
  { role, accountId }: Who,
): Promise<pg.QueryResult> {
  const values = [role, accountId] as const;
  if (!canEnter.has(client)) {
    await client.query({ ...ENTER, values: [...values] });
    canEnter.add(client);
  }
  return new Promise((resolve, reject) => {
    client.query(
      new ScopedQuery(query, values, (error, result) => (error ? reject(error) : resolve(result))),
    );
  });
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
