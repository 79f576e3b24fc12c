/** Over the HTTP API, as anybody would: a source to send to, and a webhook subscription for each target. */
import type { SystemOptions } from "./system.ts";

const SENT_TYPE = "website_status_changed";
const OTHER_TYPE = "website_created";

/** Answers the hook URL. */
export async function setUpAccount(apiUrl: string, apiKey: string, options: SystemOptions): Promise<string> {
  const { targets, bystanders } = options;
  async function create(path: string, body: unknown): Promise<{ hookUrl?: string }> {
    const answer = await fetch(`${apiUrl}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { hookUrl?: string };
  }
  const subscribe = (name: string, eventType: string, url: string | undefined) =>
    create("/v1/subscriptions", {
      name,
      eventTypes: [eventType],
      action: "webhook.send",
      connection: { connector: "webhook", settings: { url } },
    });

  const { hookUrl } = await create("/v1/sources", { name: "Benchmark", kind: "sitejet" });
  if (hookUrl === undefined) throw new Error("the new source's answer has no hookUrl");
  for (const [index, target] of targets.entries()) await subscribe(`Target ${index + 1}`, SENT_TYPE, target);
  for (let index = 0; index < bystanders; index += 1) {
    await subscribe(`Bystander ${index + 1}`, OTHER_TYPE, targets[0]);
  }
  // The public address may be another one; we measure on this machine.
  return apiUrl + new URL(hookUrl).pathname;
}
