/** An agency takes its shop down for a while, and says what becomes of what happened meanwhile. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiDelivery } from "./api-client.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { ownType, publish } from "./publish.ts";
import { openEndpoint, type Endpoint } from "./receiver/open-endpoint.ts";
import { subscribeWebhook } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

interface Subscription {
  readonly connectionId: string;
  readonly paused: { readonly reason: string } | null;
  readonly catchUp: object | null;
  readonly waiting: { readonly count: number; readonly isMore: boolean };
}

const WITHIN_MS = 15_000;

let standalone: Standalone;
let api: ApiClient;
beforeAll(async () => {
  standalone = await openStandalone();
  api = standalone.api;
});
afterAll(() => standalone?.[Symbol.asyncDispose]());

/** A webhook that is paused while `subjects` happen. */
async function pausedDuring(endpoint: Endpoint, subjects: readonly string[]) {
  const type = ownType();
  const { subscriptionId } = await subscribeWebhook(api, { url: endpoint.url, eventTypes: [type] });
  const path = `/v1/subscriptions/${subscriptionId}`;
  await api.post(`${path}/pause`, { reason: "The shop is being rebuilt" });
  await publish(api, type, subjects);
  const waiting = await waitFor(
    async () => {
      const found = await api.deliveriesOf(subscriptionId);
      return found.length === subjects.length && found;
    },
    { withinMs: WITHIN_MS, what: "what came during the pause" },
  );
  return { type, path, subscriptionId, waiting };
}

/** The events that it got, by their place among those that were published. */
function sent({ arrived }: Endpoint): number[] {
  return arrived.map(({ body }) => (JSON.parse(body.toString()) as { n: number }).n);
}

function byNumber(a: number, b: number): number {
  return a - b;
}

async function settled(subscriptionId: string, count: number): Promise<Record<string, number>> {
  const deliveries = await waitFor(
    async () => {
      const found = await api.deliveriesOf(subscriptionId);
      return (
        found.length === count &&
        found.every((each) => each.state === "delivered" || each.state === "skipped") &&
        found
      );
    },
    { withinMs: WITHIN_MS, what: "every delivery to end" },
  );
  const states: Record<string, number> = {};
  for (const { state, reason } of deliveries) {
    const key = reason === null ? state : `${state}: ${reason}`;
    states[key] = (states[key] ?? 0) + 1;
  }
  return states;
}

test("what comes during a pause is held and says why; on resume all of it is sent", async () => {
  await using endpoint = await openEndpoint();
  const { path, subscriptionId, waiting } = await pausedDuring(endpoint, ["site/1", "site/2", "site/1"]);
  expect(waiting).toMatchObject(
    Array.from({ length: 3 }, () => ({ state: "held", reason: "paused", attemptCount: 0 })),
  );
  const [detail] = waiting;
  expect(await api.get(`/v1/deliveries/${detail?.id}`)).toMatchObject({
    detail: "The shop is being rebuilt",
    sentence: expect.stringContaining("paused"),
    fix: expect.stringMatching(/resume/i),
  });
  expect(
    await api.list<ApiDelivery>(`/v1/deliveries?state=held&subscription=${subscriptionId}`),
  ).toHaveLength(3);
  expect(await api.get<Subscription>(path)).toMatchObject({
    paused: { reason: "paused" },
    waiting: { count: 3, isMore: false },
  });
  expect(endpoint.arrived).toEqual([]);

  expect(await api.post<Subscription>(`${path}/resume`, {})).toMatchObject({ paused: null });
  expect(await settled(subscriptionId, 3)).toEqual({ delivered: 3 });
  expect(sent(endpoint).toSorted(byNumber)).toEqual([0, 1, 2]);
  expect((await api.get<Subscription>(path)).waiting.count).toBe(0);
});

test("latest-per-subject sends the newest of each, and the log says what became of the others", async () => {
  await using endpoint = await openEndpoint();
  const subjects = ["site/1", "site/2", "site/1", "site/1", "site/3"];
  const { path, subscriptionId } = await pausedDuring(endpoint, subjects);
  await api.post(`${path}/resume`, { catchUp: "latest-per-subject" });
  expect(await settled(subscriptionId, subjects.length)).toEqual({ delivered: 3, "skipped: superseded": 2 });
  expect(sent(endpoint).toSorted(byNumber)).toEqual([1, 3, 4]);
});

test("none sends only what comes from now on", async () => {
  await using endpoint = await openEndpoint();
  const { path, subscriptionId, type } = await pausedDuring(endpoint, ["site/1", "site/2"]);
  await api.post(`${path}/resume`, { catchUp: "none" });
  await publish(api, type, ["site/now"]);
  expect(await settled(subscriptionId, 3)).toEqual({ delivered: 1, "skipped: not_caught_up": 2 });
  expect(endpoint.arrived[0]?.body.toString()).toContain("site/now");
  expect(endpoint.arrived).toHaveLength(1);
});

test("a backlog is sent at the rate that was asked for, in order, and then the catch-up is over", async () => {
  await using endpoint = await openEndpoint();
  const perSecond = 8;
  const subjects = Array.from({ length: 16 }, (_, n) => `site/${n}`);
  const { path, subscriptionId } = await pausedDuring(endpoint, subjects);
  await api.post(`${path}/resume`, { catchUp: "all", perSecond });
  expect(await settled(subscriptionId, subjects.length)).toEqual({ delivered: subjects.length });
  expect(sent(endpoint)).toEqual(subjects.map((_, n) => n));
  const [first, last] = [endpoint.arrived[0], endpoint.arrived.at(-1)];
  // The bucket is full at first: a second's worth may go at once.
  const leastMs = ((subjects.length - perSecond - 1) / perSecond) * 1_000;
  expect((last?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(leastMs);
  await waitFor(async () => (await api.get<Subscription>(path)).catchUp === null, {
    withinMs: WITHIN_MS,
    what: "the catch-up to be over",
  });
});

test("a paused connection holds every subscription over it", async () => {
  await using endpoint = await openEndpoint();
  const type = ownType();
  const { subscriptionId } = await subscribeWebhook(api, { url: endpoint.url, eventTypes: [type] });
  const { connectionId } = await api.get<Subscription>(`/v1/subscriptions/${subscriptionId}`);
  const second = await api.post<{ id: string }>("/v1/subscriptions", {
    name: "A second one",
    eventTypes: [type],
    action: "webhook.send",
    connectionId,
  });
  await api.post(`/v1/connections/${connectionId}/pause`, {});
  const [eventId] = await publish(api, type, ["site/1"]);
  const held = await waitFor(
    async () => {
      const found = await api.list<ApiDelivery>(`/v1/deliveries?state=held&event=${eventId}`);
      return found.length === 2 && found;
    },
    { withinMs: WITHIN_MS, what: "both deliveries to be held" },
  );
  expect(new Set(held.map((each) => each.subscriptionId))).toEqual(new Set([subscriptionId, second.id]));
  expect(endpoint.arrived).toEqual([]);
  await api.post(`/v1/connections/${connectionId}/resume`, {});
  expect(await settled(subscriptionId, 1)).toEqual({ delivered: 1 });
  expect(await settled(second.id, 1)).toEqual({ delivered: 1 });
});
