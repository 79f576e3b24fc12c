/** A card that is dropped in the wrong column and moved back sends nothing; one that moves on is sent. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiDelivery } from "./api-client.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { openEndpoint, type Arrived } from "./receiver/open-endpoint.ts";
import { waitFor } from "./wait.ts";

const WITHIN_MS = 60_000;

let standalone: Standalone;
let api: ApiClient;
beforeAll(async () => {
  standalone = await openStandalone();
  api = standalone.api;
});
afterAll(() => standalone?.[Symbol.asyncDispose]());

let site = 700_000;

interface Gap {
  readonly lastSeen: string;
  readonly previousStatus: string;
}

/** A website goes through these statuses, an event for each move; answers the events' ids. */
async function moveCard(...statuses: readonly string[]): Promise<string[]> {
  const type = "website_status_changed";
  const id = (site += 1);
  const events = statuses.slice(1).map((status, n) => ({
    type,
    subject: `website/${id}`,
    data: { event: type, website: { id, title: "Harry's Diner", status }, previousStatus: statuses[n] },
  }));
  const { items } = await api.post<{ items: { id: string }[] }>("/v1/events", events);
  return items.map((each) => each.id);
}

const statusOf = ({ body }: Arrived) =>
  (JSON.parse(body.toString()) as { website: { status: string } }).website.status;

async function draftContracts(url: string, settle: string): Promise<string> {
  const { id } = await api.post<{ id: string }>("/v1/subscriptions", {
    name: "Draft a contract",
    eventTypes: ["website_status_changed"],
    when: { "website.status": "Preparation" },
    action: "webhook.send",
    order: "subject",
    settle: { for: settle },
    connection: { connector: "webhook", settings: { url } },
  });
  return id;
}

const UNDER_WAY = new Set(["queued", "sending"]);

const ended = (subscription: string, count: number) =>
  waitFor(
    async () => {
      const found = await api.deliveriesOf(subscription);
      return found.length === count && found.every(({ state }) => !UNDER_WAY.has(state)) && found;
    },
    { withinMs: WITHIN_MS, what: "every delivery to end" },
  );

test("the wrong column sends nothing and says why; a card that moves on is sent, in German too", async () => {
  await using endpoint = await openEndpoint(() => 204);
  const subscription = await draftContracts(endpoint.url, "4s");
  const [wrong, back] = (await moveCard("Interest", "Preparation", "Interest")) as [string, string];
  await moveCard("Interesse", "in Vorbereitung", "bei Interesse");
  const [onward] = (await moveCard("Interest", "Preparation", "Creation")) as [string];
  const [weiter] = (await moveCard("Interesse", "Vorbereitung", "Erstellung")) as [string];
  const waits = await waitFor(
    async () => {
      const found = await api.deliveriesOf(subscription);
      return found.length === 4 && found.map(({ state, reason }) => `${state} ${reason}`);
    },
    { withinMs: WITHIN_MS, what: "the routing" },
  );
  expect(new Set(waits)).toEqual(new Set(["queued settling"]));

  const deliveries = await ended(subscription, 4);
  const of = (event: string): ApiDelivery | undefined => deliveries.find(({ eventId }) => eventId === event);
  expect(of(wrong)).toMatchObject({ state: "skipped", reason: "taken_back" });
  expect(of(onward)).toMatchObject({ state: "delivered" });
  expect(of(weiter)).toMatchObject({ state: "delivered" });
  expect(deliveries.filter(({ state }) => state === "skipped")).toHaveLength(2);
  expect(endpoint.arrived.map(statusOf).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "Preparation",
    "Vorbereitung",
  ]);
  const why = await api.get<{ detail: string }>(`/v1/deliveries/${of(wrong)?.id}`);
  expect(why.detail).toBe(`Preparation → Interest (${back})`);
}, 120_000);

test("a card that was moved unseen has a gap", async () => {
  const [seen] = (await moveCard("Lead", "Interest")) as [string];
  const type = "website_status_changed";
  const website = { id: site, title: "Harry's Diner", status: "Creation" };
  const { id } = await api.post<{ id: string }>("/v1/events", {
    type,
    subject: `website/${site}`,
    data: { event: type, website, previousStatus: "Assign" },
  });
  const gapOf = async (event: string): Promise<Gap | null | undefined> =>
    (await api.get<{ items: { id: string; gap: Gap | null }[] }>("/v1/events")).items.find(
      (each) => each.id === event,
    )?.gap;
  const gap = await waitFor(async () => (await gapOf(id)) ?? false, {
    withinMs: WITHIN_MS,
    what: "the gap",
  });
  expect(gap).toMatchObject({ lastSeen: "Interest", previousStatus: "Assign" });
  expect(await gapOf(seen)).toBeNull();
}, 120_000);
