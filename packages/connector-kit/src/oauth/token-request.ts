/** Asks a vendor for a token, and says what its answer means. Never throws for what vendor or network do. */
import type { Connector } from "../connector.ts";
import { HostNotDeclaredError } from "../errors.ts";
import type { HttpClient, Reply } from "../exchange.ts";
import { reachesHost } from "../hosts.ts";
import { maskText, secretTexts } from "../mask.ts";
import type { Outcome } from "../outcome.ts";
import { retryAfterMs } from "../retry-after.ts";
import { type OAuth2, type OAuthClient, urlOf } from "./auth-kind.ts";
import { signAssertion } from "./jwt.ts";
import type { OAuthToken } from "./token.ts";

/** Token endpoints answer with a page of JSON at most. */
const DEADLINE_MS = 10_000;
const DEFAULT_PAUSE_MS = 30_000;
/** Renewed so long before its end, so that none ends in the middle of an attempt; a short-lived one at half its life. */
const AHEAD_SECONDS = 60;
const MOST_DETAIL = 200;
/** The server's own words that no waiting mends (RFC 6749, 5.2). */
const FOR_A_PERSON = new Set([
  "invalid_grant",
  "invalid_client",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "access_denied",
]);
/** They blame the app and not the authorisation. */
const OF_THE_CLIENT = new Set(["invalid_client", "unauthorized_client", "unsupported_grant_type"]);

export interface TokenParts {
  readonly connector: Connector;
  readonly auth: OAuth2;
  /** Parsed by `parseConnection`. */
  readonly settings: unknown;
  readonly secrets: unknown;
  readonly http: HttpClient;
  readonly now?: (() => Date) | undefined;
}

/** Why there is no token: an outcome like any other. */
export type TokenFailure = Extract<Outcome, { kind: "retry" | "rate_limited" | "auth" }>;

export type TokenResult =
  | { readonly ok: true; readonly token: OAuthToken }
  | { readonly ok: false; readonly outcome: TokenFailure };

/** The request for a refresh, or for a first token where nobody has to be asked. */
export function requestToken(parts: TokenParts, before: OAuthToken | undefined): Promise<TokenResult> {
  const { auth, settings, secrets } = parts;
  switch (auth.grant) {
    case "client_credentials":
      return askFor(parts, { grant_type: "client_credentials", ...scopeOf(auth) });
    case "jwt_bearer": {
      const assertion = signAssertion(auth.assertion({ settings, secrets }), nowOf(parts));
      if (assertion === undefined)
        return Promise.resolve(refused("The private key is not an RSA key in PEM."));
      const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
      return askFor(parts, { grant_type, assertion, ...scopeOf(auth) }, [assertion]);
    }
    case "authorization_code": {
      if (before?.refreshToken !== undefined) {
        return askFor(parts, { grant_type: "refresh_token", refresh_token: before.refreshToken }, [before]);
      }
      const detail =
        before === undefined
          ? "Nobody has connected it yet; connect it."
          : "The authorisation has ended, and it came without a refresh token; connect it again.";
      return Promise.resolve(refused(detail));
    }
  }
}

/** `hidden`: what must not be told, beside the connection's secrets. */
export async function askFor(
  parts: TokenParts,
  form: Readonly<Record<string, string>>,
  hidden: readonly unknown[] = [],
): Promise<TokenResult> {
  const { connector, auth, settings, secrets, http } = parts;
  const url = urlOf(auth.tokenUrl, settings);
  if (!reachesHost(connector.hosts, settings, url)) {
    throw new HostNotDeclaredError(
      `${connector.id} may not ask this host for a token; add it to the connector's \`hosts\``,
    );
  }
  const client = auth.grant === "jwt_bearer" ? undefined : auth.client({ settings, secrets });
  const inHeader = auth.clientIn === "header" && client?.secret !== undefined;
  const body = new URLSearchParams({
    ...form,
    ...auth.tokenParameters,
    ...(client === undefined || inHeader ? {} : clientFields(client)),
  });
  const exchange = await http.request(
    {
      method: "POST",
      url,
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
        ...(inHeader ? { authorization: basic(client) } : {}),
      },
      body: body.toString(),
      // Nothing at the target changes by it.
      mutating: false,
    },
    { deadlineMs: DEADLINE_MS },
  );
  const hide = (text: string): string => maskText(text, secretTexts([secrets, hidden, Object.values(form)]));
  if (exchange.kind === "failed") return unavailable(`No token could be had: ${exchange.detail}`);
  return readReply(exchange, auth, nowOf(parts), hide);
}

function readReply(reply: Reply, auth: OAuth2, now: Date, hide: (text: string) => string): TokenResult {
  const { status } = reply;
  if (status === 429) {
    const afterMs = Math.max(1_000, retryAfterMs(reply.headers, now) ?? DEFAULT_PAUSE_MS);
    const detail = "The vendor asks us to wait before it gives out another token.";
    return { ok: false, outcome: { kind: "rate_limited", reason: "rate_limited", detail, afterMs } };
  }
  const answer = readObject(reply);
  const code = answer?.["error"];
  if (typeof code === "string") {
    const known = FOR_A_PERSON.has(code) || auth.reconnectOn?.includes(code) === true;
    if (known || (status >= 400 && status < 500 && status !== 408 && status !== 425)) {
      return refused(hide(describeRefusal(code, answer?.["error_description"])), code);
    }
    return unavailable(hide(`The vendor gave out no token (${code.slice(0, MOST_DETAIL)}).`));
  }
  if (status < 200 || status >= 300) {
    // Refused without the standard's words: a 404 or an HTML page is as likely a proxy's.
    const isRefused = status === 400 || status === 401 || status === 403;
    const detail = `The vendor answered ${status} instead of a token.`;
    return isRefused ? refused(`${detail} ${CONNECT_AGAIN}`) : unavailable(detail);
  }
  const token = answer === undefined ? undefined : tokenOf(answer, auth, now);
  if (token === undefined) return unavailable("The vendor answered something that holds no token.");
  return { ok: true, token };
}

function tokenOf(answer: Readonly<Record<string, unknown>>, auth: OAuth2, now: Date): OAuthToken | undefined {
  const { access_token, refresh_token, expires_in, scope } = answer;
  if (typeof access_token !== "string" || access_token === "") return undefined;
  const seconds = Number(expires_in ?? auth.lifetimeSeconds);
  const extra = Object.fromEntries(
    (auth.keep ?? []).filter((name) => answer[name] !== undefined).map((name) => [name, answer[name]]),
  );
  return {
    accessToken: access_token,
    ...(typeof refresh_token === "string" && refresh_token !== "" ? { refreshToken: refresh_token } : {}),
    ...(seconds > 0 ? lifeOf(seconds, now) : {}),
    ...(typeof scope === "string" ? { scopes: scope.split(/[ ,]+/).filter(Boolean) } : {}),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function lifeOf(seconds: number, now: Date): Pick<OAuthToken, "expiresAtMs" | "renewAtMs"> {
  const at = (inSeconds: number) => now.getTime() + inSeconds * 1_000;
  return { expiresAtMs: at(seconds), renewAtMs: at(Math.max(seconds - AHEAD_SECONDS, seconds / 2)) };
}

const CONNECT_AGAIN = "Connect it again.";

function describeRefusal(code: string, description: unknown): string {
  const words = typeof description === "string" ? `: ${description.slice(0, MOST_DETAIL)}` : "";
  const said = `(${code.slice(0, MOST_DETAIL)}${words})`;
  if (OF_THE_CLIENT.has(code)) {
    return `The vendor does not accept the app ${said}. Check the client's id and secret, then connect again.`;
  }
  if (code === "invalid_scope") return `The app may not have these scopes ${said}. Allow them at the vendor.`;
  return `The authorisation was withdrawn or has ended ${said}. ${CONNECT_AGAIN}`;
}

function refused(detail: string, code = ""): TokenResult {
  const reason = OF_THE_CLIENT.has(code) ? "client_refused" : "authorization_ended";
  return { ok: false, outcome: { kind: "auth", step: "reconnect", reason, detail } };
}

/** Nothing was sent to the target, so trying again is safe. */
function unavailable(detail: string): TokenResult {
  return { ok: false, outcome: { kind: "retry", reason: "token_unavailable", detail } };
}

function readObject(reply: Reply): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(reply.body.toString());
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function scopeOf({ scopes }: OAuth2): { readonly scope?: string } {
  return scopes === undefined || scopes.length === 0 ? {} : { scope: scopes.join(" ") };
}

function clientFields({ id, secret }: OAuthClient): Record<string, string> {
  return { client_id: id, ...(secret === undefined ? {} : { client_secret: secret }) };
}

/** Each part as in a form, before they are joined (RFC 6749, 2.3.1). */
function basic({ id, secret = "" }: OAuthClient): string {
  const part = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
  return `Basic ${Buffer.from(`${part(id)}:${part(secret)}`).toString("base64")}`;
}

function nowOf({ now }: TokenParts): Date {
  return now?.() ?? new Date();
}
