/** A connector behind an authorisation server, for the tests of OAuth. */
import { generateKeyPairSync } from "node:crypto";
import { z } from "zod";
import {
  type AccessTokens,
  type AttemptResult,
  createAccessTokens,
  defineAction,
  defineConnection,
  defineConnector,
  type DeliverContext,
  type HttpClient,
  natural,
  type OAuth2,
  oauth2,
  type Outcome,
  performAttempt,
  type TokenStore,
} from "../index.ts";
import { event } from "./sample-attempt.ts";

export const REDIRECT = "https://hooks.example.com/oauth/callback";

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
export const { publicKey } = keys;

interface Settings {
  readonly url: string;
}
export interface Secrets {
  readonly clientSecret: string;
}

export const SECRETS: Secrets = { clientSecret: "app-secret-1f2e" };

const tokenUrl = ({ url }: Settings): string => `${url}/token`;
const client = ({ secrets }: { readonly secrets: Secrets }) => ({ id: "app", secret: secrets.clientSecret });

export const byCode = oauth2<Settings, Secrets>({
  grant: "authorization_code",
  authorizeUrl: ({ url }) => `${url}/authorize`,
  tokenUrl,
  client,
  scopes: ["cards:write", "cards:read"],
  keep: ["instance_url"],
});
export const byClient = oauth2<Settings, Secrets>({ grant: "client_credentials", tokenUrl, client });
export const byJwt = oauth2<Settings, Secrets>({
  grant: "jwt_bearer",
  tokenUrl,
  assertion: ({ settings }) => ({
    issuer: "app",
    subject: "user@example.com",
    audience: settings.url,
    privateKey: keys.privateKey,
  }),
});

type Deliver = (context: DeliverContext<Settings, Secrets>) => Promise<Outcome>;

export function connectorWith(auth: OAuth2<Settings, Secrets>, deliver?: Deliver) {
  const connection = defineConnection({
    settings: z.object({ url: z.string() }),
    secrets: z.object({ clientSecret: z.string() }),
    auth,
  });
  const make = defineAction({
    connection,
    title: { en: "T" },
    summary: { en: "S" },
    input: z.object({}),
    repeat: natural("test"),
    plan: (_input, { settings }) => ({
      method: "PUT",
      url: `${settings.url}/cards`,
      headers: {},
      body: "{}",
    }),
    ...(deliver === undefined ? {} : { deliver }),
    samples: [],
  });
  const connector = defineConnector({
    id: "cards",
    title: { en: "T" },
    summary: { en: "S" },
    hosts: ["127.0.0.1"],
    connection,
    actions: { make },
  });
  const kept: OAuth2 = auth;
  return { connector, action: connector.actions["make"]!, auth: kept };
}

export interface Process {
  readonly tokens: AccessTokens;
  attempt(options?: { readonly deadlineMs?: number }): Promise<AttemptResult>;
}

/** One process that uses the connection: its own memory, the common store. */
export function openProcess(
  auth: OAuth2<Settings, Secrets>,
  parts: {
    readonly url: string;
    readonly http: HttpClient;
    readonly store: TokenStore;
    readonly now?: () => Date;
    readonly deliver?: Deliver;
  },
): Process {
  const defined = connectorWith(auth, parts.deliver);
  const settings = { url: parts.url };
  const tokens = createAccessTokens({ ...defined, ...parts, settings, secrets: SECRETS });
  return {
    tokens,
    attempt: ({ deadlineMs = 5_000 } = {}) =>
      performAttempt({
        ...defined,
        input: {},
        settings,
        secrets: SECRETS,
        tokens,
        key: "dlv_1",
        attempt: 1,
        event,
        http: parts.http,
        deadlineMs,
      }),
  };
}
