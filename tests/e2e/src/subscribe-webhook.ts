/** A source to post to and a webhook that gets all of it: one request each, as a user would make them. */
import type { ApiClient } from "./api-client.ts";

export interface WebhookOptions {
  readonly url: string;
  /** Waits before the retries; the default schedule has minutes in it. */
  readonly schedule?: readonly string[];
  /** Default: those of the sample. */
  readonly eventTypes?: readonly string[];
}

export interface Subscribed {
  readonly hookUrl: string;
  readonly sourceId: string;
  readonly subscriptionId: string;
  readonly signingSecret: string;
}

export async function subscribeWebhook(
  api: ApiClient,
  { url, schedule, eventTypes = ["website_status_changed"] }: WebhookOptions,
): Promise<Subscribed> {
  const source = await api.post<{ id: string; hookUrl: string }>("/v1/sources", {
    name: "Sitejet",
    kind: "sitejet",
  });
  const subscription = await api.post<{ id: string; connection: { secrets: { signingSecret: string } } }>(
    "/v1/subscriptions",
    {
      name: "Everything to the receiver",
      eventTypes,
      action: "webhook.send",
      connection: { connector: "webhook", settings: { url } },
      ...(schedule !== undefined && { retry: { schedule } }),
    },
  );
  return {
    hookUrl: source.hookUrl,
    sourceId: source.id,
    subscriptionId: subscription.id,
    signingSecret: subscription.connection.secrets.signingSecret,
  };
}
