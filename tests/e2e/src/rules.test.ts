/** Conditions and mappings as a whole installation runs them, what it says beforehand, and why it did what it did. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiDelivery, Page } from "./api-client.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { ownType } from "./publish.ts";
import { openEndpoint, type Endpoint } from "./receiver/open-endpoint.ts";
import { waitFor } from "./wait.ts";

interface Verdict {
  readonly subscriptionId: string;
  readonly verdict: string;
  readonly deliveryId: string | null;
  readonly sentence: string;
  readonly condition: { readonly verdict: boolean } | null;
}

const WITHIN_MS = 30_000;
/** How often a rule is saved in the instant of an event. */
const INSTANTS = 60;

const LIVE = {
  when: { "website.status": "Done" },
  input: {
    payload: "mapped",
    body: {
      site: { $path: "website.id" },
      text: { $text: "{{ website.title }} is {{ website.status | upcase }}" },
      board: { $map: "website.status", values: { Done: "live" }, default: "other" },
      owner: { $path: "website.owner" },
      to: [{ $path: "website.nobody", default: "all" }],
    },
  },
};

let standalone: Standalone;
let api: ApiClient;
let endpoint: Endpoint;
let connectionId: string;
beforeAll(async () => {
  standalone = await openStandalone();
  api = standalone.api;
  endpoint = await openEndpoint();
  // The first start makes one a moment after it is ready.
  await waitFor(async () => (await api.list("/v1/subscriptions")).length === 1, {
    withinMs: WITHIN_MS,
    what: "the first subscription",
  });
  ({ id: connectionId } = await api.post<{ id: string }>("/v1/connections", webhookTo(endpoint)));
});
afterAll(async () => {
  await standalone?.[Symbol.asyncDispose]();
  await endpoint?.[Symbol.asyncDispose]();
});

const webhookTo = ({ url }: Endpoint) => ({ connector: "webhook", settings: { url } });

async function subscribe(type: string, change: object = {}): Promise<string> {
  const rule = { name: "Rule", eventTypes: [type], action: "webhook.send", connectionId, ...change };
  return (await api.post<{ id: string }>("/v1/subscriptions", rule)).id;
}

async function publishWebsite(type: string, website: object, subject = "website/7"): Promise<string> {
  const data = { event: type, website: { id: 7, title: "Café Größe", owner: null, ...website } };
  return (await api.post<{ id: string }>("/v1/events", { type, subject, data })).id;
}

/** Of an event that is routed. */
async function verdictsOf(id: string, language = "en"): Promise<readonly Verdict[]> {
  const headers = { "accept-language": language };
  const { body } = await waitFor(
    async () => {
      const answer = await api.call<{ verdicts: Verdict[] }>("GET", `/v1/events/${id}`, undefined, headers);
      return answer.status === 200 && answer;
    },
    { withinMs: WITHIN_MS, what: `${id} to be routed` },
  );
  return body.verdicts;
}

async function verdictOf(eventId: string, subscriptionId: string, language?: string): Promise<Verdict> {
  const found = (await verdictsOf(eventId, language)).find((each) => each.subscriptionId === subscriptionId);
  if (found === undefined) throw new Error(`${subscriptionId} has no verdict of ${eventId}`);
  return found;
}

async function verdictWhen(eventId: string, subscriptionId: string, wanted: string): Promise<Verdict> {
  let last: Verdict | undefined;
  return waitFor(
    async () => {
      last = await verdictOf(eventId, subscriptionId);
      return last.verdict === wanted && last;
    },
    { withinMs: WITHIN_MS, what: () => `${wanted}, now ${JSON.stringify(last)}` },
  );
}

const arrivedOf = (eventId: string) =>
  endpoint.arrived
    .filter(({ headers }) => headers["ce-id"] === eventId)
    .map(({ body }) => JSON.parse(body.toString()) as unknown);

test("only what matches is sent, filled in, in whichever language a status is written", async () => {
  const type = ownType();
  const id = await subscribe(type, LIVE);
  const no = await publishWebsite(type, { status: "Feedback" });
  const english = await publishWebsite(type, { status: "Done" });
  const german = await publishWebsite(type, { status: "fertig", title: "<b>" });
  for (const each of [english, german]) await verdictWhen(each, id, "delivered");
  const same = { site: 7, board: "live", owner: null, to: ["all"] };
  expect(arrivedOf(english)).toEqual([{ ...same, text: "Café Größe is DONE" }]);
  expect(arrivedOf(german)).toEqual([{ ...same, text: "<b> is FERTIG" }]);
  expect(await verdictOf(no, id)).toMatchObject({
    verdict: "no_match",
    deliveryId: null,
    sentence: expect.stringContaining("Feedback"),
    condition: { verdict: false },
  });
  expect((await verdictOf(no, id, "de")).sentence).toMatch(/^Sie hat nicht gepasst: .*Feedback/);
  expect(arrivedOf(no)).toEqual([]);
});

test("a preview says what would be sent and sends nothing; a test sends it; a draft leaves nothing behind", async () => {
  const type = ownType();
  const id = await subscribe(type, LIVE);
  const website = { id: 7, title: "Café", status: "Feedback" };
  const data = { type, data: { event: type, website } };
  const before = endpoint.arrived.length;
  expect(await api.post(`/v1/subscriptions/${id}/preview`, { data })).toMatchObject({
    wouldSend: false,
    sentence: expect.stringContaining("Feedback"),
    request: { method: "POST", url: endpoint.url, body: expect.stringContaining('"Café is FEEDBACK"') },
  });
  const done = { type, data: { event: type, website: { ...website, status: "Fertig" } } };
  expect(await api.post(`/v1/subscriptions/${id}/preview`, { data: done })).toMatchObject({
    wouldSend: true,
  });
  const lists = async () => {
    const of = async (list: string) => (await api.list<{ id: string }>(list)).map((each) => each.id);
    return {
      subscriptions: await of("/v1/subscriptions"),
      connections: await of("/v1/connections"),
      events: await of("/v1/events"),
    };
  };
  const there = await lists();
  const subscription = {
    name: "Draft",
    eventTypes: [type],
    action: "webhook.send",
    ...LIVE,
    connection: webhookTo(endpoint),
  };
  expect(await api.post("/v1/subscriptions/preview", { subscription, data: done })).toMatchObject({
    wouldSend: true,
  });
  expect(endpoint.arrived).toHaveLength(before);

  const tried = await api.post<ApiDelivery & { attempts: readonly unknown[] }>("/v1/subscriptions/test", {
    subscription,
    data,
    wait: 15,
  });
  expect(tried).toMatchObject({ state: "delivered", attempts: [{ number: 1 }] });
  expect(arrivedOf(tried.eventId)).toMatchObject([{ text: "Café is FEEDBACK", board: "other" }]);
  expect(await lists()).toEqual(there);
  const saved = await api.post<ApiDelivery>(`/v1/subscriptions/${id}/test`, { data, wait: 15 });
  expect(saved).toMatchObject({ state: "delivered", subscriptionId: id });
  expect(arrivedOf(saved.eventId)).toHaveLength(1);
});

test("each subscription says why: delivered, not matched, another type, off, paused, later, behind another", async () => {
  await using refusing = await openEndpoint(500);
  const type = ownType();
  const other = await subscribe(ownType());
  const off = await subscribe(type, { enabled: false });
  const paused = await subscribe(type);
  await api.post(`/v1/subscriptions/${paused}/pause`, { reason: "Holidays" });
  const ordered = await subscribe(type, {
    connectionId: undefined,
    connection: webhookTo(refusing),
    order: "subject",
    retry: { schedule: ["1h"] },
  });
  const wanted = await subscribe(type);
  const first = await publishWebsite(type, {});
  const behind = await publishWebsite(type, {});
  // A rule counts that is there when the event is matched, a moment after it was accepted.
  await verdictsOf(behind);
  const later = await subscribe(type);

  await verdictWhen(behind, wanted, "delivered");
  const head = await verdictWhen(first, ordered, "waiting");
  expect(await verdictOf(behind, ordered)).toMatchObject({ verdict: "waiting" });
  const { waitsFor } = await api.get<{ waitsFor: { deliveryId: string } | null }>(
    `/v1/deliveries/${(await verdictOf(behind, ordered)).deliveryId}`,
  );
  expect(waitsFor?.deliveryId).toBe(head.deliveryId);
  expect(await verdictWhen(behind, paused, "held")).toMatchObject({
    sentence: expect.stringContaining("paused"),
  });
  const all = new Map((await verdictsOf(behind)).map((each) => [each.subscriptionId, each.verdict]));
  expect([other, off, later].map((each) => all.get(each))).toEqual([
    "other_type",
    "disabled",
    "not_there_yet",
  ]);
});

test("why is true also of a rule that is saved in the instant of the event", async () => {
  const changed = ownType();
  const toChange = await subscribe(changed, { action: "webhook.send", when: { "website.status": "Done" } });
  const pairs: { eventId: string; subscriptionId: string }[] = [];
  for (let n = 0; n < INSTANTS; n += 1) {
    // Sometimes the one a little sooner, sometimes the other, mostly both at once.
    const waits = { event: n % 4 === 1 ? n % 7 : 0, rule: n % 4 === 3 ? n % 7 : 0 };
    const made = ownType();
    const status = n % 2 === 0 ? "Done" : "Feedback";
    const [ofMade, ofChanged, subscriptionId] = await Promise.all([
      pause(waits.event).then(() => publishWebsite(made, {})),
      pause(waits.event).then(() => publishWebsite(changed, { status: "Done" })),
      pause(waits.rule).then(() => subscribe(made)),
      pause(waits.rule).then(() =>
        api.call("PATCH", `/v1/subscriptions/${toChange}`, { when: { "website.status": status } }),
      ),
    ]);
    pairs.push({ eventId: ofMade, subscriptionId }, { eventId: ofChanged, subscriptionId: toChange });
  }
  for (const { eventId, subscriptionId } of pairs) {
    const found = await verdictOf(eventId, subscriptionId);
    const { items } = await api.get<Page<ApiDelivery>>(
      `/v1/deliveries?event=${eventId}&subscription=${subscriptionId}`,
    );
    expect(items.map(({ id }) => id)).toEqual(found.deliveryId === null ? [] : [found.deliveryId]);
    const isTrue =
      items.length === 0
        ? ["not_there_yet", "no_match"].includes(found.verdict)
        : found.condition === null || found.condition.verdict;
    expect([found.verdict, isTrue]).toEqual([found.verdict, true]);
  }
}, 180_000);
