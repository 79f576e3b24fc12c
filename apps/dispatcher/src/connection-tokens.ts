/** The access tokens of connections that prove who they are by OAuth: one keeper for each connection of this process. */
import { createAccessTokens, type AccessTokens, type HttpClient } from "@stellwerk/connector-kit";
import { openTokenStore, type ConfiguredConnection, type Database, type Sealer } from "@stellwerk/store";
import { LRUCache } from "lru-cache";
import type { Runnable } from "./targets.ts";

const MAX_CONNECTIONS = 5_000;

export interface ConnectionTokensOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly http: HttpClient;
}

interface Kept {
  /** As it was read. */
  connection: ConfiguredConnection;
  readonly tokens: AccessTokens;
}

export class ConnectionTokens {
  readonly #options: ConnectionTokensOptions;
  readonly #kept = new LRUCache<string, Kept>({ max: MAX_CONNECTIONS });

  constructor(options: ConnectionTokensOptions) {
    this.#options = options;
  }

  /** Undefined: the connection needs none. */
  of(accountId: string, connection: ConfiguredConnection | undefined, runnable: Runnable) {
    const { auth } = runnable.connector.connection;
    if (connection === undefined || auth?.kind !== "oauth2") return undefined;
    const kept = this.#kept.get(connection.id);
    if (kept !== undefined && kept.connection.version === connection.version) {
      // Read again, because something of the account changed: somebody may have connected it anew.
      if (kept.connection !== connection) kept.tokens.forget();
      kept.connection = connection;
      return kept.tokens;
    }
    const { connector, settings, secrets } = runnable;
    const { db, sealer, http } = this.#options;
    const store = openTokenStore({ db, sealer, accountId, connectionId: connection.id });
    const tokens = createAccessTokens({ connector, auth, settings, secrets, http, store });
    this.#kept.set(connection.id, { connection, tokens });
    return tokens;
  }
}
