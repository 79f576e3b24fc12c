/** How a connection proves who it is. OAuth 2 has a folder of its own. */
import type { Authorisation, AuthoriseEnv } from "./connector.ts";
import type { RequestPlan } from "./exchange.ts";
import type { OAuth2 } from "./oauth/auth-kind.ts";

export interface NoAuth {
  readonly kind: "none";
}

export interface ApiKeyAuth {
  readonly kind: "api_key";
  /** Where the key is and goes; without it, `connection.authorise` says so. */
  readonly key?: ApiKeyPlace | undefined;
}

export type Auth<Settings = unknown, Secrets = unknown> = NoAuth | ApiKeyAuth | OAuth2<Settings, Secrets>;

export interface ApiKeyPlace {
  /** The field of the secrets. */
  readonly secret: string;
  /** In lower case; `authorization` unless said. */
  readonly header?: string | undefined;
  /** What stands before the key; `Bearer` for `authorization`, nothing for other headers. */
  readonly scheme?: string | undefined;
}

export function none(): NoAuth {
  return { kind: "none" };
}

/**
 * A key or token that somebody copies out of the vendor's settings. Without a place `connection.authorise` says
 * where it goes, for what is not simply a header.
 *
 * @example
 * auth: apiKey({ secret: "token" })                       // authorization: Bearer …
 * auth: apiKey({ secret: "key", header: "x-api-key" })    // x-api-key: …
 */
export function apiKey(key?: ApiKeyPlace): ApiKeyAuth {
  return { kind: "api_key", ...(key === undefined ? {} : { key }) };
}

/** As `connection.authorise` for a key that is simply a header. */
export function authoriseByKey(place: ApiKeyPlace) {
  const { secret, header = "authorization" } = place;
  const scheme = place.scheme ?? (header === "authorization" ? "Bearer" : "");
  return (_request: RequestPlan, { secrets }: AuthoriseEnv<unknown, unknown>): Authorisation => {
    const value: unknown = typeof secrets === "object" && secrets !== null && Reflect.get(secrets, secret);
    // Optional, and not given: sent without, and the target says what it thinks of that.
    if (typeof value !== "string" || value === "") return {};
    return { secretHeaders: { [header]: scheme === "" ? value : `${scheme} ${value}` } };
  };
}
