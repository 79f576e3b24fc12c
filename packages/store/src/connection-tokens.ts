/**
 * The OAuth tokens of connections, sealed, and the way there: a state that is out with somebody who connects one.
 * A token is replaced by compare-and-set on its version, so no lock is held while a vendor is asked.
 */
import type { OAuthToken, TokenStore } from "@stellwerk/connector-kit";
import { newUuid } from "@stellwerk/delivery";
import type { Queryable } from "./database.ts";
import type { Sealer } from "./sealer.ts";
import { connectionTokenContext, oauthVerifierContext } from "./sealing-contexts.ts";
import { hashSecret } from "./secret-hash.ts";
import { sqlFile } from "./sql-file.ts";

const loadConnectionTokenStatement = sqlFile("load-connection-token");
const saveConnectionTokenStatement = sqlFile("save-connection-token");
const replaceConnectionTokenStatement = sqlFile("replace-connection-token");
const insertOAuthStateStatement = sqlFile("insert-oauth-state");
const takeOAuthStateStatement = sqlFile("take-oauth-state");
const forgetExpiredOAuthStatesStatement = sqlFile("forget-expired-oauth-states");

/** To log in at a vendor, find a second factor, and agree. */
const STATE_SECONDS = 15 * 60;

export interface TokenPlace {
  readonly db: Queryable;
  readonly sealer: Sealer;
  readonly accountId: string;
  readonly connectionId: string;
}

/** For `createAccessTokens` of the connector kit. */
export function openTokenStore({ db, sealer, accountId, connectionId }: TokenPlace): TokenStore {
  const context = connectionTokenContext(connectionId);
  return {
    async loadToken() {
      const [row] = await db.query<{ version: number; tokenSealed: Buffer }>(loadConnectionTokenStatement, [
        accountId,
        connectionId,
      ]);
      if (row === undefined) return undefined;
      return { version: row.version, token: JSON.parse(sealer.open(row.tokenSealed, context)) as OAuthToken };
    },
    async saveTokenIf(version, token) {
      const sealed = sealer.seal(JSON.stringify(token), context);
      const rows = await db.query(saveConnectionTokenStatement, [accountId, connectionId, version, sealed]);
      return rows.length > 0;
    },
  };
}

/** Somebody connected it: with the caller's revision, so that every process takes the new one. */
export async function replaceConnectionToken(
  { db, sealer, accountId, connectionId }: TokenPlace,
  token: OAuthToken,
): Promise<void> {
  const sealed = sealer.seal(JSON.stringify(token), connectionTokenContext(connectionId));
  await db.query(replaceConnectionTokenStatement, [accountId, connectionId, sealed]);
}

export interface StartedOAuth {
  /** As it goes to the vendor; only its hash is kept. */
  readonly state: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** Remembers who went out to connect what, for a quarter of an hour. */
export async function keepOAuthState(place: TokenPlace, started: StartedOAuth): Promise<void> {
  const id = newUuid();
  await place.db.query(insertOAuthStateStatement, [
    id,
    place.accountId,
    place.connectionId,
    hashSecret(started.state),
    place.sealer.seal(started.verifier, oauthVerifierContext(id)),
    started.redirectUri,
    STATE_SECONDS,
  ]);
}

export interface TakenOAuth {
  readonly accountId: string;
  readonly connectionId: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** Once for each state, of any account: whose it is follows from the state. Undefined: unknown, used or too old. */
export async function takeOAuthState(
  lobby: Queryable,
  sealer: Sealer,
  state: string,
): Promise<TakenOAuth | undefined> {
  const [row] = await lobby.query<
    Omit<TakenOAuth, "verifier"> & { id: string; verifierSealed: Buffer; isExpired: boolean }
  >(takeOAuthStateStatement, [hashSecret(state)]);
  if (row === undefined || row.isExpired) return undefined;
  const { id, accountId, connectionId, verifierSealed, redirectUri } = row;
  return {
    accountId,
    connectionId,
    redirectUri,
    verifier: sealer.open(verifierSealed, oauthVerifierContext(id)),
  };
}

export async function forgetExpiredOAuthStates(db: Queryable): Promise<number> {
  return (await db.query(forgetExpiredOAuthStatesStatement)).length;
}
