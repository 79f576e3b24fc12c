/**
 * An authorisation server and the API it guards, over real HTTP: it checks PKCE, clients and JWTs, and rotates refresh
 * tokens without grace, as the strictest vendors do.
 */
import { createHash, randomUUID, verify } from "node:crypto";
import type { ServerResponse } from "node:http";
import { openReceiver, type ReceivedRequest } from "./open-receiver.ts";

export interface AuthorizationServerOptions {
  readonly client?: { readonly id: string; readonly secret: string };
  /** PEM; who may come with a JWT. */
  readonly publicKey?: string;
  readonly expiresInSeconds?: number | undefined;
  /** Unless false, a refresh token works once. */
  readonly rotates?: boolean;
  /** Before a token is given out. */
  readonly delayMs?: number;
}

export interface AuthorizationServer extends AsyncDisposable {
  readonly url: string;
  /** Every request to `/token`, in order. */
  readonly tokenRequests: readonly Readonly<Record<string, string>>[];
  /** Every other request, with the answer's status. */
  readonly apiRequests: readonly { readonly path: string; readonly status: number }[];
  /** Goes where a person would be sent, and agrees: what comes back to the redirect address. */
  agree(url: string): { readonly code: string; readonly state: string };
  /** A first pair, as after a person agreed. */
  grant(): { readonly accessToken: string; readonly refreshToken: string };
  /** Access tokens given out so far are refused; so are refresh tokens with "all". */
  revoke(what?: "access" | "all"): void;
  /** The next token is made, and its reply lost. */
  loseNextReply(): void;
  /** Every answer of `/token` from now on; undefined: as it should be. */
  answerWith(answer: ((response: ServerResponse) => void) | undefined): void;
}

interface Code {
  readonly challenge: string;
  readonly redirectUri: string;
}

/** @example await using vendor = await openAuthorizationServer({ expiresInSeconds: 3_600 }); */
export async function openAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const client = options.client ?? { id: "app", secret: "app-secret-1f2e" };
  const codes = new Map<string, Code>();
  const refreshTokens = new Set<string>();
  const accessTokens = new Set<string>();
  const usedJwts = new Set<string>();
  const tokenRequests: Record<string, string>[] = [];
  const apiRequests: { path: string; status: number }[] = [];
  let losing = false;
  let answer: ((response: ServerResponse) => void) | undefined;

  function grant() {
    const accessToken = `access-${randomUUID()}`;
    const refreshToken = `refresh-${randomUUID()}`;
    accessTokens.add(accessToken);
    refreshTokens.add(refreshToken);
    return { accessToken, refreshToken };
  }

  function exchange(form: URLSearchParams, request: ReceivedRequest): Reply {
    const given = form.get("client_id") ?? basicClient(request);
    const secret = form.get("client_secret") ?? basicSecret(request);
    const type = form.get("grant_type") ?? "";
    if (!type.endsWith("jwt-bearer") && (given !== client.id || secret !== client.secret)) {
      return refuse(401, "invalid_client", "unknown client");
    }
    switch (type) {
      case "authorization_code": {
        const code = codes.get(form.get("code") ?? "");
        codes.delete(form.get("code") ?? "");
        const challenge = createHash("sha256")
          .update(form.get("code_verifier") ?? "")
          .digest("base64url");
        if (code?.challenge !== challenge) return refuse(400, "invalid_grant", "the code is not valid");
        if (code.redirectUri !== form.get("redirect_uri"))
          return refuse(400, "invalid_grant", "another address");
        return give(true);
      }
      case "refresh_token": {
        const token = form.get("refresh_token") ?? "";
        if (!refreshTokens.has(token)) return refuse(400, "invalid_grant", `${token} is spent or unknown`);
        if (options.rotates !== false) refreshTokens.delete(token);
        return give(options.rotates !== false);
      }
      case "client_credentials":
        return give(false);
      case "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return checkJwt(form.get("assertion") ?? "")
          ? give(false)
          : refuse(400, "invalid_grant", "not this JWT");
      default:
        return refuse(400, "unsupported_grant_type", type);
    }
  }

  function give(withRefreshToken: boolean): Reply {
    const { accessToken, refreshToken } = grant();
    if (!withRefreshToken) refreshTokens.delete(refreshToken);
    return {
      status: 200,
      body: {
        access_token: accessToken,
        token_type: "Bearer",
        ...(withRefreshToken ? { refresh_token: refreshToken } : {}),
        ...(options.expiresInSeconds === undefined ? {} : { expires_in: options.expiresInSeconds }),
        instance_url: "https://eu1.vendor.example",
      },
    };
  }

  function checkJwt(jwt: string): boolean {
    const [header = "", claims = "", signature = ""] = jwt.split(".");
    if (options.publicKey === undefined || usedJwts.has(jwt)) return false;
    usedJwts.add(jwt);
    const signed = Buffer.from(`${header}.${claims}`);
    if (!verify("sha256", signed, options.publicKey, Buffer.from(signature, "base64url"))) return false;
    const { iss, sub, aud, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as JwtClaims;
    const leftSeconds = exp - Date.now() / 1_000;
    return iss === client.id && sub !== "" && aud === receiver.url && leftSeconds > 0 && leftSeconds <= 180;
  }

  function serveToken(request: ReceivedRequest, response: ServerResponse): void {
    const form = new URLSearchParams(request.body.toString());
    tokenRequests.push(Object.fromEntries(form));
    if (answer !== undefined) return answer(response);
    const reply = exchange(form, request);
    if (losing) {
      losing = false;
      response.socket?.destroy();
      return;
    }
    setTimeout(() => {
      response.writeHead(reply.status, { "content-type": "application/json" });
      response.end(JSON.stringify(reply.body));
    }, options.delayMs ?? 0);
  }

  const receiver = await openReceiver((response, request) => {
    if (request.path === "/token") return serveToken(request, response);
    const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    const status = accessTokens.has(token) ? 200 : 401;
    apiRequests.push({ path: request.path, status });
    response.writeHead(status).end(JSON.stringify({ ok: status === 200 }));
  });

  return {
    url: receiver.url,
    tokenRequests,
    apiRequests,
    grant,
    agree(url) {
      const { searchParams } = new URL(url);
      const code = `code-${randomUUID()}`;
      const value = (name: string) => searchParams.get(name) ?? "";
      if (value("client_id") !== client.id || value("code_challenge_method") !== "S256") {
        throw new Error(`the vendor shows a page of errors for ${url}`);
      }
      codes.set(code, { challenge: value("code_challenge"), redirectUri: value("redirect_uri") });
      return { code, state: value("state") };
    },
    revoke(what = "access") {
      accessTokens.clear();
      if (what === "all") refreshTokens.clear();
    },
    loseNextReply: () => (losing = true),
    answerWith: (given) => (answer = given),
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

interface JwtClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
}

function refuse(status: number, error: string, description: string): Reply {
  return { status, body: { error, error_description: description } };
}

function basicParts({ headers }: ReceivedRequest): readonly string[] {
  const encoded = (headers.authorization ?? "").replace(/^Basic /, "");
  return Buffer.from(encoded, "base64").toString().split(":").map(decodeURIComponent);
}

const basicClient = (request: ReceivedRequest): string | undefined => basicParts(request)[0];
const basicSecret = (request: ReceivedRequest): string | undefined => basicParts(request)[1];
