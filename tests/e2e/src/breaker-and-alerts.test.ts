/** Endpoints that say stop, and endpoints that only fail: who hears of it, who sees it, and what a crash leaves of it. */
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient, ApiDelivery } from "./api-client.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { ownType, publish } from "./publish.ts";
import { openEndpoint, type Arrived, type Endpoint } from "./receiver/open-endpoint.ts";
import { subscribeWebhook } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

interface Subscription {
  readonly paused: { readonly reason: string } | null;
  readonly health: {
    readonly state: "closed" | "open" | "half_open";
    readonly failingSince: string | null;
    readonly nextProbeAt: string | null;
    readonly reason: string | null;
  };
}

interface Alert {
  readonly event: string;
  readonly subscription: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly message: { readonly en: string; readonly de: string };
}

interface DeliveryDetail extends ApiDelivery {
  readonly nextAttemptAt: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly reply: { readonly status: number } | null;
  }[];
}

const WITHIN_MS = 15_000;
/** A probe comes after 5 s, and the one behind it 10 s later; a bus reader that was killed is missed after 10 s. */
const PROBE_WITHIN_MS = 40_000;
/** A 202 takes a few; whoever waits so long waits for something that is not there. */
const MOST_OF_AN_ANSWER_MS = 200;
/** In a row they open a breaker. */
const FAILURES = 10;
const ALERTS = [
  "stellwerk.subscription_stopped",
  "stellwerk.breaker_opened",
  "stellwerk.breaker_closed",
] as const;

let standalone: Standalone;
let api: ApiClient;
let alerts: Endpoint;
let alertSecret: string;
let alertSubscriptionId: string;
beforeAll(async () => {
  standalone = await openStandalone();
  api = standalone.api;
  alerts = await openEndpoint();
  const made = await subscribeWebhook(api, { url: alerts.url, eventTypes: ALERTS });
  alertSecret = made.signingSecret;
  alertSubscriptionId = made.subscriptionId;
});
afterAll(async () => {
  await standalone?.[Symbol.asyncDispose]();
  await alerts?.[Symbol.asyncDispose]();
});

function alertOf({ body }: Arrived): Alert {
  return JSON.parse(body.toString()) as Alert;
}

async function alerted(event: (typeof ALERTS)[number], subscriptionId: string): Promise<Arrived> {
  const isIt = (each: Arrived) =>
    alertOf(each).event === event && alertOf(each).subscription.id === subscriptionId;
  return waitFor(() => alerts.arrived.find(isIt), { withinMs: WITHIN_MS, what: `${event} to be told` });
}

/** A webhook of its own type to an endpoint. */
async function subscribe(endpoint: Endpoint) {
  const type = ownType();
  const { subscriptionId } = await subscribeWebhook(api, {
    url: endpoint.url,
    eventTypes: [type],
    schedule: ["1h"],
  });
  const look = () => api.get<Subscription>(`/v1/subscriptions/${subscriptionId}`);
  return { type, subscriptionId, look };
}

async function deliveries(
  subscriptionId: string,
  isThere: (found: readonly ApiDelivery[]) => boolean,
  withinMs = WITHIN_MS,
): Promise<readonly ApiDelivery[]> {
  return waitFor(
    async () => {
      const found = await api.deliveriesOf(subscriptionId);
      return isThere(found) && found;
    },
    { withinMs, what: `the deliveries of ${subscriptionId}` },
  );
}

test("410 stops a subscription: an ordinary webhook is told, what comes waits, and a resume sends it", async () => {
  await using endpoint = await openEndpoint(410);
  const { type, subscriptionId, look } = await subscribe(endpoint);
  await publish(api, type, ["site/1"]);
  const alert = await alerted("stellwerk.subscription_stopped", subscriptionId);
  new Webhook(alertSecret).verify(alert.body.toString(), alert.headers);
  expect(alert.headers).toMatchObject({ "ce-type": "stellwerk.subscription_stopped" });
  expect(alertOf(alert)).toMatchObject({
    reason: "gone",
    subscription: { id: subscriptionId },
    message: { en: expect.stringContaining("stopped"), de: expect.any(String) },
  });
  // It is an event and a delivery like any other.
  const eventId = alert.headers["ce-id"] ?? "";
  expect(await api.get(`/v1/events/${eventId}`)).toMatchObject({ type: "stellwerk.subscription_stopped" });
  const told = (found: readonly ApiDelivery[]) => found.some((each) => each.eventId === eventId);
  await deliveries(alertSubscriptionId, told);

  expect((await look()).paused).toMatchObject({ reason: "gone" });
  await publish(api, type, ["site/2", "site/3"]);
  const found = await deliveries(subscriptionId, (all) => all.length === 3);
  expect(found.map((each) => [each.state, each.reason])).toEqual([
    ["held", "gone"],
    ["held", "gone"],
    ["dead", "gone"],
  ]);
  expect(endpoint.arrived).toHaveLength(1);

  endpoint.answerWith(204);
  await api.post(`/v1/subscriptions/${subscriptionId}/resume`, {});
  const states = (all: readonly ApiDelivery[]) => all.map((each) => each.state).join();
  await deliveries(subscriptionId, (all) => states(all) === "delivered,delivered,dead");
});

test("an alert whose own endpoint is gone is stopped too, and raises no alert", async () => {
  await using dead = await openEndpoint(410);
  await using endpoint = await openEndpoint(410);
  const { subscriptionId: loop } = await subscribeWebhook(api, { url: dead.url, eventTypes: ALERTS });
  const first = await subscribe(endpoint);
  await publish(api, first.type, ["site/1"]);
  await alerted("stellwerk.subscription_stopped", first.subscriptionId);
  await waitFor(async () => (await api.get<Subscription>(`/v1/subscriptions/${loop}`)).paused !== null, {
    withinMs: WITHIN_MS,
    what: "the alert's own subscription to be stopped",
  });
  // What was told of it would have come before this.
  const second = await subscribe(endpoint);
  await publish(api, second.type, ["site/1"]);
  await alerted("stellwerk.subscription_stopped", second.subscriptionId);
  expect(alerts.arrived.filter((each) => alertOf(each).subscription.id === loop)).toEqual([]);
  expect(dead.arrived).toHaveLength(1);
});

describe("kill -9 of everything while an endpoint fails", () => {
  let failing: Endpoint;
  let taking: Endpoint;
  let rule: Awaited<ReturnType<typeof subscribe>>;
  let before: { readonly health: Subscription["health"]; readonly log: readonly DeliveryDetail[] };
  const promised: string[] = [];
  const detailOf = ({ id }: ApiDelivery) => api.get<DeliveryDetail>(`/v1/deliveries/${id}`);

  beforeAll(async () => {
    failing = await openEndpoint(500);
    taking = await openEndpoint();
    rule = await subscribe(failing);
    const subjects = Array.from({ length: FAILURES }, (_, n) => `site/${n}`);
    await publish(api, rule.type, subjects);
    const health = await waitFor(
      async () => {
        const found = (await rule.look()).health;
        return found.state === "open" && found;
      },
      { withinMs: WITHIN_MS, what: "the breaker to open" },
    );
    await publish(api, rule.type, ["site/last"]);
    const found = await deliveries(rule.subscriptionId, (all) => all.length === FAILURES + 1);
    before = { health, log: await Promise.all(found.map(detailOf)) };
    await alerted("stellwerk.breaker_opened", rule.subscriptionId);

    const { type } = await subscribe(taking);
    const post = async () => {
      const body = { type, subject: "site/1", data: {} };
      // Who is cut off was told nothing.
      const answer = await api.call<{ id: string }>("POST", "/v1/events", body).catch(() => undefined);
      if (answer?.status === 202) promised.push(answer.body.id);
    };
    const post20 = () => Promise.all(Array.from({ length: 20 }, post));
    await post20();
    await standalone.folder.killPostgres();
    const intoTheVoid = post20();
    await pause(MOST_OF_AN_ANSWER_MS);
    await Promise.all([standalone.process.kill(), intoTheVoid]);
    await standalone.restart();
  });
  afterAll(async () => {
    await failing?.[Symbol.asyncDispose]();
    await taking?.[Symbol.asyncDispose]();
  });

  test("what an open breaker holds back says so, and when the next one tries", () => {
    const [waiting, ...failed] = before.log;
    expect(before.health).toMatchObject({
      failingSince: expect.any(String),
      nextProbeAt: expect.any(String),
    });
    expect(waiting).toMatchObject({
      state: "queued",
      reason: "breaker_open",
      nextAttemptAt: expect.any(String),
      attempts: [],
    });
    const answers = failed.map((each) => each.attempts.map(({ number, reply }) => [number, reply?.status]));
    expect(answers).toEqual(failed.map(() => [[1, 500]]));
  });

  test("recovery lost at restart: the breaker is open since when it was, and the endpoint is let alone", async () => {
    const { health } = await rule.look();
    expect(health.state).not.toBe("closed");
    expect(health.failingSince).toBe(before.health.failingSince);
    // A probe or two, which cost what waits no attempt.
    expect(failing.arrived.length).toBeLessThanOrEqual(FAILURES + 2);
    expect(await detailOf(before.log[0]!)).toMatchObject({ state: "queued", attemptCount: 0 });
  });

  test("log lost at a crash: every attempt that could be seen before can be seen after", async () => {
    const after = await Promise.all(before.log.map(detailOf));
    const firstOf = (log: readonly DeliveryDetail[]) => log.slice(1).map((each) => each.attempts[0]);
    expect(firstOf(after)).toEqual(firstOf(before.log));
  });

  test("answered 2xx though not queued: whoever was told 202 gets delivered", async () => {
    expect(promised.length).toBeGreaterThanOrEqual(20);
    const eventIds = () => new Set(taking.arrived.map((each) => each.headers["ce-id"]));
    await waitFor(() => promised.every((id) => eventIds().has(id)), {
      withinMs: PROBE_WITHIN_MS,
      what: () => `${promised.length} promised events to arrive; ${eventIds().size} did`,
    });
  });

  test("the first success closes the breaker, what waited is sent, and an alert says so", async () => {
    failing.answerWith(204);
    const isSent = (all: readonly ApiDelivery[]) => all[0]?.state === "delivered";
    await deliveries(rule.subscriptionId, isSent, PROBE_WITHIN_MS);
    await waitFor(async () => (await rule.look()).health.state === "closed", {
      withinMs: WITHIN_MS,
      what: "the breaker to close",
    });
    const alert = await alerted("stellwerk.breaker_closed", rule.subscriptionId);
    expect(alertOf(alert)).toMatchObject({ subscription: { id: rule.subscriptionId } });
  });
});
