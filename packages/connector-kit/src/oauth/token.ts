/** A connection's OAuth token, and where it is kept. */

export interface OAuthToken {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** When the access token ends, in milliseconds since 1970; undefined when the vendor does not say. */
  readonly expiresAtMs?: number | undefined;
  /** From when on it is renewed ahead of its end. */
  readonly renewAtMs?: number | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** What else the vendor told with it: Salesforce's `instance_url`, Slack's `team`. Secrets are left out. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

export interface StoredToken {
  /** 1 is the first; one more with every token that takes its place. */
  readonly version: number;
  readonly token: OAuthToken;
}

/** Of one connection. Shared by every process that uses the connection, so each step is one statement. */
export interface TokenStore {
  loadToken(): Promise<StoredToken | undefined>;
  /** Writes it as `version + 1` if `version` is still the newest (0: there is none). False: somebody was faster. */
  saveTokenIf(version: number, token: OAuthToken): Promise<boolean>;
}
