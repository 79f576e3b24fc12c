/** The HTTP API of an installation, as anybody would call it. */
import type { Installation } from "./system.ts";

export interface Api {
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  /** The same as somebody of another account. */
  in(accountId: string): Api;
}

export interface Subscribing {
  readonly name: string;
  readonly eventType: string;
  readonly url: string;
  readonly retry?: { readonly schedule: readonly string[] };
}

export function callApi(
  { apiUrl, apiKey }: Pick<Installation, "apiUrl" | "apiKey">,
  accountId?: string,
): Api {
  return {
    async post<Answer>(path: string, body: unknown) {
      const answer = await fetch(`${apiUrl}${path}`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${apiKey}`,
          "content-type": "application/json",
          ...(accountId !== undefined && { "stellwerk-account": accountId }),
        },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as Answer;
    },
    in: (other) => callApi({ apiUrl, apiKey }, other),
  };
}

/** A webhook subscription with a connection of its own. */
export function subscribe(
  api: Api,
  { name, eventType, url, retry }: Subscribing,
): Promise<{ id: string; connectionId: string }> {
  return api.post("/v1/subscriptions", {
    name,
    eventTypes: [eventType],
    action: "webhook.send",
    connection: { connector: "webhook", settings: { url } },
    ...(retry && { retry }),
  });
}

/** A source to send to; answers its hook URL on this machine. */
export async function makeSource(api: Api, apiUrl: string): Promise<string> {
  const { hookUrl } = await api.post<{ hookUrl?: string }>("/v1/sources", {
    name: "Benchmark",
    kind: "sitejet",
  });
  if (hookUrl === undefined) throw new Error("the new source's answer has no hookUrl");
  // The public address may be another one; we measure on this machine.
  return apiUrl + new URL(hookUrl).pathname;
}
