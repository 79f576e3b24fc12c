/**
 * Calls to a vendor for somebody who fills in a form: they only read, through the same guarded client as deliveries.
 * Few at a time, because each waits for somebody else's server.
 */
import type { IncomingHttpHeaders } from "node:http";
import {
  type AttemptResult,
  type Connector,
  createAccessTokens,
  parseConnection,
  type RawConnection,
  type ReadOptions,
  type TokenStore,
} from "@stellwerk/connector-kit";
import { formatId } from "@stellwerk/delivery";
import { type ConnectionRow, openTokenStore } from "@stellwerk/store";
import { conflict } from "../errors.ts";
import type { Services } from "../services.ts";
import { connectorOf, tryOpenSecrets } from "./secrets.ts";

/** What stands behind a form may take a moment, but nobody looks at it for longer. */
const DEADLINE_MS = 10_000;

/** For a connection that is not saved yet: a token lives as long as the question. */
const NOWHERE: TokenStore = {
  loadToken: () => Promise.resolve(undefined),
  saveTokenIf: () => Promise.resolve(true),
};

/** Of a connection that is there. Throws a 409 when its connector or its secrets are not. */
export function callParts(row: ConnectionRow, accountId: string, services: Services): ReadOptions {
  const connector = connectorOf(row, services.connectors);
  if (connector === undefined)
    throw conflict(`This installation has no connector ${row.connector}; nothing can be asked over it`);
  const secrets = tryOpenSecrets(row, services.sealer);
  if (secrets === undefined)
    throw conflict(
      "The connection's secrets cannot be opened with this STELLWERK_SECRET_KEY; enter them again",
    );
  const parsed = parseConnection(connector, { settings: row.settings, secrets });
  if (!parsed.ok) throw conflict("The connection does not fit its connector any more; change it first");
  const { db, sealer } = services;
  const store = openTokenStore({ db, sealer, accountId, connectionId: row.id });
  return readOptions(connector, parsed.value, store, services);
}

/** Of a draft that fits its connector. */
export function draftCallParts(connector: Connector, draft: RawConnection, services: Services): ReadOptions {
  return readOptions(connector, draft, NOWHERE, services);
}

function readOptions(
  connector: Connector,
  { settings, secrets }: RawConnection,
  store: TokenStore,
  { http }: Services,
): ReadOptions {
  const { auth } = connector.connection;
  const tokens =
    auth?.kind === "oauth2"
      ? createAccessTokens({ connector, auth, settings, secrets, http, store })
      : undefined;
  return { connector, settings, secrets, tokens, http, deadlineMs: DEADLINE_MS };
}

/** What a connector threw is for whoever runs this installation, under the id that the answer names. */
export async function askVendor<Result extends object>(
  { vendorCalls, log }: Services,
  { accountId, headers }: { readonly accountId: string; readonly headers: IncomingHttpHeaders },
  call: () => Promise<Result>,
): Promise<Result> {
  const result = await vendorCalls.within({ headers }, (countFor) => {
    countFor(accountId);
    return call();
  });
  const thrown = thrownIn(result);
  if (thrown !== undefined) {
    const account = formatId("acc", accountId);
    log.error({ err: thrown.error, failure: thrown.id, account }, "a connector threw");
  }
  return result;
}

function thrownIn(result: object & { readonly thrown?: AttemptResult["thrown"] }): AttemptResult["thrown"] {
  return result.thrown;
}
