/** What is not sent to, as an account sees it: told when it is saved, and again when it is sent to. */
import { expect, test } from "vitest";
import { ApiClient, type ApiDelivery, type Page } from "./api-client.ts";
import { AppProcess } from "./processes/app-process.ts";
import { makeDataFolder } from "./processes/data-folder.ts";
import { findFreePort } from "./processes/free-port.ts";
import { startReceiver } from "./receiver/start-receiver.ts";
import { SAMPLE } from "./sample.ts";
import { subscribeWebhook } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

const ADMIN_KEY = "e2e-admin-key-that-nobody-else-has";
const READY_WITHIN_MS = 60_000;

interface DeliveryDetail extends ApiDelivery {
  readonly sentence: string;
  readonly attempts: readonly { readonly outcome: string }[];
}

interface Refused {
  readonly errors: readonly { readonly path: string; readonly message: string; readonly fix: string }[];
}

test("an address that is allowed no more gets nothing, and the delivery says by which rule", async () => {
  await using folder = makeDataFolder();
  await using receiver = await startReceiver();
  const port = await findFreePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const api = new ApiClient(baseUrl, ADMIN_KEY);
  async function start(allowed: string): Promise<AppProcess> {
    const process = new AppProcess({
      app: "standalone",
      env: {
        PORT: String(port),
        STELLWERK_DATA_DIR: folder.path,
        STELLWERK_API_KEY: ADMIN_KEY,
        STELLWERK_ALLOW_ADDRESSES: allowed,
      },
    });
    await process.isReady(baseUrl, READY_WITHIN_MS);
    return process;
  }

  const trusting = await start("127.0.0.0/8");
  const { hookUrl, subscriptionId } = await subscribeWebhook(api, { url: receiver.url });
  await trusting.stop();

  const strict = await start("");
  try {
    for (const url of [
      receiver.url,
      receiver.url.replace("127.0.0.1", "2130706433"),
      "http://localhost:9/",
    ]) {
      const { status, body } = await api.call<Refused>("POST", "/v1/connections", {
        connector: "webhook",
        settings: { url },
      });
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([
        { path: "settings.url", message: expect.stringContaining("(rule: loopback)") },
      ]);
      expect(body.errors[0]?.fix).toContain("STELLWERK_ALLOW_ADDRESSES");
    }

    const headers = { "content-type": "application/json" };
    await fetch(hookUrl, { method: "POST", headers, body: new Uint8Array(SAMPLE) });
    const delivery = await waitFor(
      async () => {
        const { items } = await api.get<Page<ApiDelivery>>(`/v1/deliveries?subscription=${subscriptionId}`);
        return items.find((each) => each.attemptCount > 0);
      },
      { withinMs: 15_000, what: "a first attempt" },
    );
    const detail = await api.get<DeliveryDetail>(`/v1/deliveries/${delivery.id}`);
    expect(detail).toMatchObject({ state: "queued", reason: "address_refused", possiblySent: false });
    expect(detail.sentence).toContain("(rule: loopback)");
    expect(detail.attempts).toMatchObject([{ outcome: "retry" }]);
    expect(receiver.received()).toEqual([]);
  } finally {
    await strict.kill();
  }
});
