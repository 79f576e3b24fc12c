/**
 * One statement behind the wall, in one round trip: what says who asks and for which account travels in front of the
 * statement and within its transaction, so that nothing of it is left for whoever gets the connection next.
 */
import pg from "pg";

/** Prepared once a connection; `true`: until the transaction ends. */
export const ENTER = {
  name: "stellwerk.enter",
  text: "SELECT set_config('role', $1, true), set_config('stellwerk.account', $2, true)",
};

/** The part of pg's own query class that is overridden; pg-cursor builds on the same. */
interface ProtocolQuery {
  requiresPreparation(): boolean;
  prepare(connection: ProtocolConnection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: ProtocolConnection): void;
}

interface ProtocolConnection {
  bind(config: { portal: string; statement: string; values: readonly string[] }): void;
  execute(config: { portal: string; rows: number }): void;
}

type Callback = (error: Error | undefined, result: pg.QueryResult) => void;

const Query = pg.Query as unknown as new (
  config: pg.QueryConfig,
  callback: Callback,
) => ProtocolQuery & pg.Submittable;

/** For a connection on which ENTER is prepared. */
export class ScopedQuery extends Query {
  readonly #who: readonly [role: string, accountId: string];
  #hasEntered = false;

  constructor(config: pg.QueryConfig, who: readonly [role: string, accountId: string], callback: Callback) {
    super(config, callback);
    this.#who = who;
  }

  /** Never as a simple query: that one would be a transaction of its own. */
  override requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: ProtocolConnection): void {
    connection.bind({ portal: "", statement: ENTER.name, values: this.#who });
    connection.execute({ portal: "", rows: 0 });
    super.prepare(connection);
  }

  /** The first answer is the entry's own: a row that nobody asked for. */
  override handleDataRow(message: unknown): void {
    if (this.#hasEntered) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: ProtocolConnection): void {
    if (this.#hasEntered) super.handleCommandComplete(message, connection);
    this.#hasEntered = true;
  }
}
