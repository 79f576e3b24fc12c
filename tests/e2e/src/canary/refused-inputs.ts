/** Secrets where they do not belong: in the wrong field, of the wrong type, in the address, in a header. */
import type { WatchedApi, WatchedCall } from "./watched-api.ts";

export interface Ids {
  readonly source: string;
  readonly connection: string;
  readonly subscription: string;
  readonly delivery: string;
}

type Refused = readonly [method: string, path: string, options?: WatchedCall];

export function refusedInputs(secret: string, ids: Ids): Refused[] {
  const inAddress = encodeURIComponent(secret);
  const url = "http://127.0.0.1:1/";
  const webhook = (more: unknown): Refused => [
    "POST",
    "/v1/connections",
    { body: { connector: "webhook", settings: { url }, secrets: more } },
  ];
  const settings = (more: object): Refused => [
    "POST",
    "/v1/connections",
    { body: { connector: "webhook", settings: { url, ...more } } },
  ];
  return [
    // As a secret, but not in the form of one.
    webhook(secret),
    webhook([secret]),
    webhook({ signingSecret: [secret] }),
    webhook({ signingSecret: `${secret}!` }),
    webhook({ signingKey: { key: secret } }),
    webhook({ signingKey: `${secret}!` }),
    webhook({ bearerToken: `${secret}\n` }),
    webhook({ bearerToken: { token: secret } }),
    webhook({ basicAuth: secret }),
    webhook({ basicAuth: { username: `${secret}:`, password: 5 } }),
    webhook({ basicAuth: { username: "a", password: `${secret}\n` } }),
    webhook({ headers: secret }),
    webhook({ headers: { "x-key": [secret] } }),
    webhook({ headers: { host: secret } }),
    webhook({ headers: { "x-key": `${secret}\r\n` } }),
    webhook({ bearerToken: "abc", basicAuth: { username: secret, password: secret } }),
    webhook({ previousSecrets: [{ secret: `${secret}!`, until: secret }] }),
    // In a field for something else.
    settings({ url: secret }),
    settings({ url: `https://user:${inAddress}@example.com` }),
    settings({ url: `ftp://example.com/${inAddress}` }),
    settings({ url: `http://10.0.0.1/${inAddress}` }),
    settings({ headers: { authorization: `Bearer ${secret}` } }),
    settings({ headers: { "x-api-key": secret } }),
    settings({ signature: secret }),
    settings({ headers: secret }),
    ["POST", "/v1/connections", { body: { connector: secret, settings: { url }, secrets: {} } }],
    ["POST", "/v1/connections", { body: { connector: "webhook", name: [secret], settings: secret } }],
    ["PATCH", `/v1/connections/${ids.connection}`, { body: { secrets: { signingSecret: `${secret}!` } } }],
    [
      "PATCH",
      `/v1/connections/${ids.connection}`,
      { body: { name: "x" }, headers: { "if-match": ascii(secret) } },
    ],
    ["POST", `/v1/connections/${ids.connection}/rotate-secret`, { body: { secret: `${secret}!` } }],
    ["POST", `/v1/connections/${ids.connection}/rotate-secret`, { body: { signature: secret } }],
    ["POST", `/v1/connections/${ids.connection}/rotate-secret`, { body: { overlap: secret } }],
    ["POST", "/v1/sources", { body: { name: "x", kind: secret } }],
    ["POST", "/v1/sources", { body: { name: "x", kind: "api", key: secret } }],
    ["POST", "/v1/sources", { body: { name: "x", kind: "sitejet", managerUrl: secret } }],
    ["POST", "/v1/sources", { body: secret }],
    ["POST", "/v1/sources", { raw: `{"name":"${secret}` }],
    ["POST", "/v1/sources", { raw: secret }],
    ["POST", "/v1/sources", { raw: "{}", headers: { "content-type": ascii(secret) } }],
    ["POST", `/v1/sources/${ids.source}/rotate`, { body: { overlap: secret } }],
    [
      "POST",
      "/v1/subscriptions",
      { body: { name: "x", eventTypes: ["*"], action: secret, connectionId: secret } },
    ],
    ["PATCH", `/v1/subscriptions/${ids.subscription}`, { body: { retry: { schedule: [secret] } } }],
    ["PATCH", `/v1/subscriptions/${ids.subscription}`, { body: { input: { body: secret, key: [secret] } } }],
    ["POST", "/v1/keys", { body: { name: "x", scopes: [secret] } }],
    ["POST", `/v1/deliveries/${ids.delivery}/resend`, { body: { as: secret } }],
    ["POST", `/v1/deliveries/${ids.delivery}/resend`, { body: { as: "new", input: { key: secret } } }],
    ["POST", "/v1/deliveries/resend", { body: { as: "new", filter: { state: secret, since: secret } } }],
    ["POST", "/v1/events", { body: { type: [secret], data: {}, time: secret } }],
    ["POST", "/v1/events", { body: [{ type: "x", data: {}, time: secret }, secret] }],
    // In the address.
    ["GET", `/v1/events?cursor=${inAddress}`],
    ["GET", `/v1/events?limit=${inAddress}`],
    ["GET", `/v1/deliveries?state=${inAddress}`],
    ["GET", `/v1/deliveries/export?since=${inAddress}`],
    ["DELETE", `/v1/keys/${inAddress}`],
    ["GET", `/v1/connections/${inAddress}`],
    ["GET", `/v1/${inAddress}`],
    ["PUT", `/hooks/${inAddress}`],
    ["GET", `/hooks/${inAddress}`],
    ["POST", `/hooks/${inAddress}/more`, { body: {} }],
    ["POST", `/hooks/${inAddress}x`, { body: {}, key: null }],
    ["GET", `/metrics?token=${inAddress}`, { key: null }],
    // In a header for something else.
    [
      "GET",
      "/v1/sources",
      { key: null, headers: { authorization: `Basic ${Buffer.from(secret).toString("base64")}` } },
    ],
    ["GET", "/v1/sources", { key: null, headers: { authorization: ascii(secret) } }],
    ["GET", "/v1/sources", { key: `${ascii(secret)}x` }],
    ["GET", "/v1/sources", { headers: { "stellwerk-account": ascii(secret) } }],
    ["POST", "/v1/sources", { body: {}, headers: { "idempotency-key": ascii(secret).repeat(9) } }],
  ];
}

/** Answers those that were taken in. */
export async function sendRefused(api: WatchedApi, calls: readonly Refused[]): Promise<string[]> {
  const taken: string[] = [];
  for (const [method, path, options] of calls) {
    const { status, text } = await api.call(method, path, options);
    // A batch is taken in; its items say what is wrong with each.
    const isRefused = status === 202 ? text.includes('"error"') : status >= 400 && status < 500;
    if (!isRefused) taken.push(`${method} ${path} answered ${status}: ${text}`);
  }
  return taken;
}

function ascii(secret: string): string {
  return secret.replaceAll(/[^\x21-\x7e]/g, "");
}
