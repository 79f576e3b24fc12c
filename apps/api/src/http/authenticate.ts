/** Who is calling: an API key, its account and what it may do. */
import type { IncomingMessage } from "node:http";
import { formatId, parseId } from "@stellwerk/delivery";
import { hashSecret, type KeyAccess, type Scope } from "@stellwerk/store";
import { forbidden, notFound, type ProblemError, unauthenticated } from "../errors.ts";
import type { LimitedAccess } from "../limits/limited-access.ts";
import type { Services } from "../services.ts";

export interface Caller {
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** The account that the key belongs to; an admin key may act on others. */
  readonly accountId: string;
}

const BEARER = /^Bearer +(\S(?:.*\S)?) *$/i;
/** Longer than any key we make or take; nobody makes us hash megabytes. */
const MAX_KEY_LENGTH = 256;

export async function authenticate(
  request: IncomingMessage,
  keys: LimitedAccess<KeyAccess>,
): Promise<Caller> {
  const header = request.headers.authorization;
  if (header === undefined) throw unauthenticated("The request has no API key");
  const key = BEARER.exec(header)?.[1];
  if (key === undefined || key.length > MAX_KEY_LENGTH) {
    throw unauthenticated("The authorization header is not a bearer key");
  }
  const access = await keys.find(hashSecret(key), request);
  if (access === undefined) throw unauthenticated("This API key is unknown or revoked");
  return { keyId: access.id, scopes: access.scopes, accountId: access.accountId };
}

/** `admin` may do everything, `manage` includes `read`. */
export function hasScope(caller: Caller, needed: Scope): boolean {
  const { scopes } = caller;
  if (scopes.includes(needed) || scopes.includes("admin")) return true;
  return needed === "read" && scopes.includes("manage");
}

export function requireScope(caller: Caller, needed: Scope): void {
  if (hasScope(caller, needed)) return;
  throw forbidden(`This needs a key with the scope ${needed}`, {
    path: "authorization",
    message: "the key lacks a scope",
    expected: needed,
    received: caller.scopes.join(", ") || "no scopes",
    fix: `Make a key with the scope ${needed}.`,
  });
}

/** The account to act on: the key's own, or the one that an admin names in `Stellwerk-Account`. */
export async function chooseAccount(
  request: IncomingMessage,
  caller: Caller,
  services: Pick<Services, "accounts">,
): Promise<string> {
  const header = request.headers["stellwerk-account"];
  if (header === undefined) return caller.accountId;
  const accountId = typeof header === "string" ? parseId("acc", header) : undefined;
  if (accountId === caller.accountId) return accountId;
  if (!caller.scopes.includes("admin")) {
    throw forbidden("Only an admin key may name another account", {
      path: "stellwerk-account",
      message: "names another account than the key's",
      expected: formatId("acc", caller.accountId),
      fix: "Leave the header out, or use an admin key.",
    });
  }
  if (accountId === undefined) throw unknownAccount();
  if (!(await services.accounts.exists(accountId))) throw unknownAccount();
  return accountId;
}

function unknownAccount(): ProblemError {
  return notFound("There is no account with the id in the Stellwerk-Account header", {
    path: "stellwerk-account",
    expected: "the id of an account, or no such header",
    fix: "GET /v1/accounts lists the accounts; without the header it is the key's own.",
  });
}
