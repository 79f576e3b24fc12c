/**
 * Two statements in one round trip: a prepared one without an answer of interest travels in front of another. Behind
 * the wall it says who asks and for which account, within the statement's transaction, so that nothing of it is left
 * for whoever gets the connection next. For a transaction it is its beginning.
 */
import pg from "pg";

/** Prepared once a connection; `true`: until the transaction ends. */
export const ENTER = {
  name: "stellwerk.enter",
  text: "SELECT set_config('role', $1, true), set_config('stellwerk.account', $2, true)",
};

/** Prepared once a connection as well. */
export const BEGIN = { name: "stellwerk.begin", text: "BEGIN" };

/** What travels in front. */
export interface Lead {
  readonly name: string;
  readonly values: readonly string[];
}

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

/** For a connection on which the lead is prepared. */
export class LedQuery extends Query {
  readonly #lead: Lead;
  #hasLed = false;

  constructor(config: pg.QueryConfig, lead: Lead, callback: Callback) {
    super(config, callback);
    this.#lead = lead;
  }

  /** Never as a simple query: that one would be a transaction of its own. */
  override requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: ProtocolConnection): void {
    connection.bind({ portal: "", statement: this.#lead.name, values: this.#lead.values });
    connection.execute({ portal: "", rows: 0 });
    super.prepare(connection);
  }

  /** The first answer is the lead's own, perhaps with a row that nobody asked for. */
  override handleDataRow(message: unknown): void {
    if (this.#hasLed) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: ProtocolConnection): void {
    if (this.#hasLed) super.handleCommandComplete(message, connection);
    this.#hasLed = true;
  }
}
