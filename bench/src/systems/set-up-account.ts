/** What every run needs: a source to send to, and a webhook subscription for each target. */
import { callApi, makeSource, subscribe } from "./call-api.ts";
import type { SystemOptions } from "./system.ts";

export const SENT_TYPE = "website_status_changed";
export const OTHER_TYPE = "website_created";

/** Answers the hook URL. */
export async function setUpAccount(apiUrl: string, apiKey: string, options: SystemOptions): Promise<string> {
  const { targets, bystanders } = options;
  const api = callApi({ apiUrl, apiKey });
  const hookUrl = await makeSource(api, apiUrl);
  for (const [index, url] of targets.entries())
    await subscribe(api, { name: `Target ${index + 1}`, eventType: SENT_TYPE, url });
  for (let index = 0; index < bystanders; index += 1) {
    await subscribe(api, {
      name: `Bystander ${index + 1}`,
      eventType: OTHER_TYPE,
      url: targets[0] ?? "http://127.0.0.1:9/",
    });
  }
  return hookUrl;
}
