/**
 * The driver's own connections to PostgreSQL. Every call has a deadline that holds even when the
 * server is frozen or the network swallows its answer; a connection that missed one is thrown away.
 */
import pg from "pg";
import { BusUnavailableError } from "../errors.ts";
import type { Statement } from "./sql-file.ts";

/** Publishing, and per consumer reading, committing and the heartbeat; more wait for their turn. */
const MAX_CONNECTIONS = 8;
/** Prepared statements name segments; this lets go of those whose segment was dropped. */
const MAX_CONNECTION_SECONDS = 3_600;

export interface Queryable {
  query<Row extends readonly unknown[]>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
}

export interface Connections {
  /** For connections outside the pool. */
  readonly config: pg.ClientConfig;
  /** Runs `work` on one connection; every row is an array of its columns. */
  run<T>(deadlineMs: number, work: (db: Queryable) => Promise<T>): Promise<T>;
  /** As `run`, in one transaction: commits when `work` resolves. */
  transaction<T>(deadlineMs: number, work: (db: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openConnections(url: string, applicationName: string): Connections {
  const config: pg.ClientConfig = {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // The server lets go of what its client gave up or, frozen, holds on to.
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 5_000,
    // Each statement here reads a few rows by primary key, from tables too young to have statistics.
    options:
      "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off",
  };
  const pool = new pg.Pool({ ...config, max: MAX_CONNECTIONS, maxLifetimeSeconds: MAX_CONNECTION_SECONDS });
  // An idle connection that dies is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});

  async function run<T>(deadlineMs: number, work: (db: Queryable) => Promise<T>): Promise<T> {
    const connecting = pool.connect();
    const deadline = startDeadline(deadlineMs);
    let client: pg.PoolClient | undefined;
    try {
      client = await Promise.race([connecting.catch(throwUnavailable), deadline.passed]);
      // While it is checked out the pool does not listen; the query in progress fails by itself.
      client.on("error", ignore);
      const result = await Promise.race([work(queryable(client)), deadline.passed]);
      release(client);
      return result;
    } catch (error) {
      if (client) release(client, error instanceof BusUnavailableError);
      // Still on its way: it goes back when it comes.
      else connecting.then((late) => late.release(), ignore);
      throw error;
    } finally {
      deadline.stop();
    }
  }

  return {
    config,
    run,
    transaction: (deadlineMs, work) =>
      run(deadlineMs, async (db) => {
        await db.query("BEGIN");
        try {
          const result = await work(db);
          await db.query("COMMIT");
          return result;
        } catch (error) {
          // When this fails too its error is the one to throw: it takes the connection out of the pool.
          await db.query("ROLLBACK");
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}

function release(client: pg.PoolClient, broken = false): void {
  client.off("error", ignore);
  client.release(broken);
}

/** What the server answers to a statement arrives as it is; everything else means that it was not there. */
export function queryable(client: pg.ClientBase): Queryable {
  return {
    async query<Row extends readonly unknown[]>(
      statement: Statement | string,
      values: readonly unknown[] = [],
    ) {
      const text = typeof statement === "string" ? { text: statement } : statement;
      // Without values it travels as a simple query, which may hold several statements (a migration).
      const config = {
        ...text,
        ...(values.length > 0 ? { values: [...values] } : {}),
        rowMode: "array" as const,
      };
      const result = await client.query(config).catch(throwUnavailable);
      return result.rows as unknown[] as Row[];
    },
  };
}

/** Numbers as one parameter; `pg` would quote and escape each of them. */
export function numberArray(numbers: readonly (number | bigint)[]): string {
  return `{${numbers.join(",")}}`;
}

function throwUnavailable(error: unknown): never {
  if (error instanceof pg.DatabaseError && error.severity === "ERROR" && !isShutdown(error)) throw error;
  throw new BusUnavailableError("The bus cannot reach PostgreSQL", { cause: error });
}

/** SQLSTATE classes: connection, operator intervention (a timeout too), resources, and a transaction that idled too long. */
function isShutdown(error: pg.DatabaseError): boolean {
  return /^(08|57|53|25P03)/.test(error.code ?? "");
}

function startDeadline(deadlineMs: number): { passed: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new BusUnavailableError(`PostgreSQL gave the bus no answer within ${Math.round(deadlineMs)} ms`),
      );
    }, deadlineMs);
  });
  return { passed, stop: () => clearTimeout(timer) };
}

function ignore(): void {}
