/** A receiver that fails for a while, or for good. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient, ApiDelivery } from "./api-client.ts";
import { BUSES, type OpenBus } from "./processes/buses.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import type { Received } from "./receiver/ledger.ts";
import { startReceiver, type Receiver } from "./receiver/start-receiver.ts";
import { hashOf, SAMPLE } from "./sample.ts";
import { subscribeWebhook } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

interface DeliveryDetail extends ApiDelivery {
  readonly sentence: string;
  readonly fix: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly outcome: string;
    readonly request: { readonly method: string; readonly url: string };
    readonly reply: { readonly status: number; readonly body: string } | null;
  }[];
}

let api: ApiClient;

/** A source and a webhook of its own for each test, tried again after one second, twice. */
async function postTo(receiver: Receiver): Promise<string> {
  const { hookUrl, signingSecret, subscriptionId } = await subscribeWebhook(api, {
    url: receiver.url,
    schedule: ["1s", "1s"],
  });
  await receiver.checkSignaturesWith(signingSecret);
  const headers = { "content-type": "application/json" };
  const answer = await fetch(hookUrl, { method: "POST", headers, body: new Uint8Array(SAMPLE) });
  expect(answer.status).toBe(202);
  return subscriptionId;
}

async function ended(id: string, state: string): Promise<DeliveryDetail> {
  return waitFor(
    async () => {
      const delivery = await api.get<DeliveryDetail>(`/v1/deliveries/${id}`);
      return delivery.state === state && delivery;
    },
    { withinMs: 15_000, what: `delivery ${id} to be ${state}` },
  );
}

async function requests(receiver: Receiver, count: number): Promise<readonly Received[]> {
  return waitFor(() => receiver.received().length >= count && receiver.received(), {
    withinMs: 15_000,
    what: `${count} requests`,
  });
}

describe.each(BUSES)("on $name", (bus) => {
  let open: OpenBus;
  let standalone: Standalone;

  beforeAll(async () => {
    open = await bus.open();
    standalone = await openStandalone(open.env);
    api = standalone.api;
  });
  afterAll(async () => {
    await standalone?.[Symbol.asyncDispose]();
    await open?.[Symbol.asyncDispose]();
  });

  test("an endpoint that answers 500 twice gets the same webhook-id until it takes it, and each attempt can be read", async () => {
    await using receiver = await startReceiver();
    await receiver.misbehave({ failFirst: 2 });
    const subscriptionId = await postTo(receiver);
    const received = await requests(receiver, 3);
    expect(received.map((each) => each.answer)).toEqual([500, 500, 200]);
    expect(new Set(received.map((each) => each.webhookId)).size).toBe(1);
    expect(received.every((each) => each.signatureOk && each.bodyHash === hashOf(SAMPLE))).toBe(true);
    // A second, less a fifth of it for the jitter.
    const [first, second, third] = received.map((each) => each.at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(790);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(790);

    const [listed] = await api.deliveriesOf(subscriptionId);
    const delivery = await ended(listed?.id ?? "", "delivered");
    expect(delivery).toMatchObject({ key: received[0]?.webhookId, attemptCount: 3, possiblySent: false });
    expect(
      delivery.attempts.map((each) => [each.number, each.outcome, each.reply?.status, each.reply?.body]),
    ).toEqual([
      [1, "retry", 500, "not now"],
      [2, "retry", 500, "not now"],
      [3, "delivered", 200, "thank you"],
    ]);
    expect(delivery.attempts[0]?.request).toMatchObject({ method: "POST", url: receiver.url });
  });

  test("when the schedule runs out it is dead and says why; a resend is the same or a new message, as asked", async () => {
    await using receiver = await startReceiver();
    await receiver.misbehave({ failFirst: 3 });
    const subscriptionId = await postTo(receiver);
    await requests(receiver, 3);
    const [listed] = await api.deliveriesOf(subscriptionId);
    const dead = await ended(listed?.id ?? "", "dead");
    expect(dead).toMatchObject({
      reason: "exhausted",
      attemptCount: 3,
      sentence: expect.stringContaining("500"),
    });
    expect(dead.fix).toContain("resend");
    const listedDead = await api.list<ApiDelivery>(
      `/v1/deliveries?state=dead&subscription=${subscriptionId}`,
    );
    expect(listedDead.map((each) => each.id)).toEqual([dead.id]);

    const same = await api.post<ApiDelivery>(`/v1/deliveries/${dead.id}/resend`, { as: "same" });
    const fourth = (await requests(receiver, 4))[3];
    expect(fourth).toMatchObject({
      webhookId: dead.key,
      eventId: dead.eventId,
      answer: 200,
      bodyHash: hashOf(SAMPLE),
      signatureOk: true,
    });
    expect(same.id).not.toBe(dead.id);
    expect(await ended(same.id, "delivered")).toMatchObject({ key: dead.key, attemptCount: 1 });

    await receiver.misbehave({});
    const anew = await api.post<ApiDelivery>(`/v1/deliveries/${dead.id}/resend`, { as: "new" });
    const fifth = (await requests(receiver, 5))[4];
    expect(fifth).toMatchObject({
      webhookId: anew.id,
      eventId: dead.eventId,
      bodyHash: hashOf(SAMPLE),
      signatureOk: true,
    });
    expect(fifth?.webhookId).not.toBe(dead.key);
    expect(await ended(anew.id, "delivered")).toMatchObject({ key: anew.id });
    expect(await ended(dead.id, "dead")).toMatchObject({ attemptCount: 3 });
  });
});
