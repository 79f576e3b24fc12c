/**
 * How a connection proves who it is by OAuth 2: the grant, where tokens come from, and with what they are asked for.
 */
import { ConnectorDefinitionError } from "../errors.ts";

export interface OAuthEnv<Settings, Secrets> {
  readonly settings: Settings;
  readonly secrets: Secrets;
}

/** The app as the vendor knows it. */
export interface OAuthClient {
  readonly id: string;
  /** None for a public client. */
  readonly secret?: string | undefined;
}

/** What a JWT bearer says of us (RFC 7523); `exp` is ours to add. */
export interface JwtAssertion {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** PEM, RSA. */
  readonly privateKey: string;
  readonly keyId?: string | undefined;
}

/** An address, or one that follows from the settings: a sandbox has its own. */
export type OAuthUrl<Settings> = string | { of(settings: Settings): string }["of"];

// Methods, for the same reason as in connector.ts.
interface OAuthBasics<Settings> {
  readonly kind: "oauth2";
  /** Must be among the connector's `hosts`. */
  readonly tokenUrl: OAuthUrl<Settings>;
  readonly scopes?: readonly string[] | undefined;
  /** Where the vendor wants the client's id and secret: in the form unless said. */
  readonly clientIn?: "body" | "header" | undefined;
  /** Sent with every token request: `{ audience: "…" }`. */
  readonly tokenParameters?: Readonly<Record<string, string>> | undefined;
  /** How long a token is good when the vendor does not say. Unset: until it is refused. */
  readonly lifetimeSeconds?: number | undefined;
  /** Codes beside the standard's that only a person can mend: Slack's `token_revoked`. */
  readonly reconnectOn?: readonly string[] | undefined;
  /** What of the vendor's answer is kept beside the token and shown to the connector. */
  readonly keep?: readonly string[] | undefined;
}

export interface AuthorizationCode<Settings, Secrets> extends OAuthBasics<Settings> {
  readonly grant: "authorization_code";
  readonly authorizeUrl: OAuthUrl<Settings>;
  readonly authorizeParameters?: Readonly<Record<string, string>> | undefined;
  client(env: OAuthEnv<Settings, Secrets>): OAuthClient;
}

export interface ClientCredentials<Settings, Secrets> extends OAuthBasics<Settings> {
  readonly grant: "client_credentials";
  client(env: OAuthEnv<Settings, Secrets>): OAuthClient;
}

export interface JwtBearer<Settings, Secrets> extends OAuthBasics<Settings> {
  readonly grant: "jwt_bearer";
  assertion(env: OAuthEnv<Settings, Secrets>): JwtAssertion;
}

export type OAuth2<Settings = unknown, Secrets = unknown> =
  | AuthorizationCode<Settings, Secrets>
  | ClientCredentials<Settings, Secrets>
  | JwtBearer<Settings, Secrets>;

type WithoutKind<Kind> = Kind extends unknown ? Omit<Kind, "kind"> : never;

/**
 * @example
 * auth: oauth2({
 *   grant: "authorization_code",
 *   authorizeUrl: "https://vendor.example/oauth/authorize",
 *   tokenUrl: "https://vendor.example/oauth/token",
 *   scopes: ["cards:write"],
 *   client: ({ settings, secrets }) => ({ id: settings.clientId, secret: secrets.clientSecret }),
 * })
 */
export function oauth2<Settings, Secrets>(
  auth: WithoutKind<OAuth2<Settings, Secrets>>,
): OAuth2<Settings, Secrets> {
  for (const scope of auth.scopes ?? []) {
    if (/\s|^$/.test(scope)) {
      throw new ConnectorDefinitionError(`oauth2: one scope an entry; got "${scope}"`);
    }
  }
  const urls = auth.grant === "authorization_code" ? [auth.tokenUrl, auth.authorizeUrl] : [auth.tokenUrl];
  for (const url of urls) {
    if (typeof url === "string" && URL.parse(url) === null) {
      throw new ConnectorDefinitionError(`oauth2: "${url}" is not a URL`);
    }
  }
  return { kind: "oauth2", ...auth };
}

export function urlOf<Settings>(url: OAuthUrl<Settings>, settings: Settings): string {
  return typeof url === "string" ? url : url(settings);
}
