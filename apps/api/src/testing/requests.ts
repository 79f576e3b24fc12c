/** Requests that many tests begin with. */
import { readFileSync } from "node:fs";
import type { TestApi } from "./open-test-api.ts";

/** The platform's own sample, its comma repaired, and as their page prints it. */
export const SAMPLE = fixture("website_status_changed.json");
export const SAMPLE_AS_PRINTED = fixture("website_status_changed.as-printed.txt");

function fixture(name: string): string {
  return readFileSync(new URL(`../../../../packages/events/fixtures/${name}`, import.meta.url), "utf8");
}

export async function makeSource(api: TestApi, kind = "sitejet"): Promise<{ id: string; hook: string }> {
  const { body } = await api.call("POST", "/v1/sources", { body: { name: "Our Sitejet", kind } });
  return { id: body.id, hook: new URL(body.hookUrl).pathname };
}

export async function makeWebhook(api: TestApi, change: Record<string, unknown> = {}) {
  const { body } = await api.call("POST", "/v1/subscriptions", {
    body: {
      name: "My Zap",
      eventTypes: ["website_status_changed"],
      action: "webhook.send",
      connection: { connector: "webhook", settings: { url: "https://example.com/hooks/1" } },
      ...change,
    },
  });
  return body;
}

export async function makeKey(api: TestApi, ...scopes: string[]): Promise<string> {
  const { body } = await api.call("POST", "/v1/keys", { body: { name: scopes.join(), scopes } });
  return body.key;
}

/** Another account, and the headers to work in it. */
export async function makeAccount(api: TestApi): Promise<Record<string, string>> {
  const { body } = await api.call("POST", "/v1/accounts", { body: { name: "Another agency" } });
  return { "stellwerk-account": body.id };
}
