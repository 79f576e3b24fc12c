/** A draft and its activation: two subscriptions of one connection that keep the order of a website. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiDelivery } from "./api-client.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { ownType, publish } from "./publish.ts";
import { openEndpoint, type Arrived } from "./receiver/open-endpoint.ts";
import { waitFor } from "./wait.ts";

const WITHIN_MS = 60_000;
const SITES = 5;
const STEPS = 8;

interface DeliveryDetail extends ApiDelivery {
  readonly blocks: number;
  readonly waitsFor: { readonly deliveryId: string; readonly reason: string | null } | null;
}

let standalone: Standalone;
let api: ApiClient;
beforeAll(async () => {
  standalone = await openStandalone();
  api = standalone.api;
});
afterAll(() => standalone?.[Symbol.asyncDispose]());

/** Two subscriptions of one connection, to one type. */
async function subscribeTwice(url: string, change: object) {
  const type = ownType();
  const rule = {
    name: "Draft",
    eventTypes: [type],
    action: "webhook.send",
    order: "subject",
    retry: { schedule: ["1s", "1s"] },
    ...change,
  };
  const first = await api.post<{ id: string; connectionId: string }>("/v1/subscriptions", {
    ...rule,
    connection: { connector: "webhook", settings: { url } },
  });
  const { connectionId } = first;
  const second = await api.post<{ id: string }>("/v1/subscriptions", {
    ...rule,
    name: "Activation",
    connectionId,
  });
  return { type, ids: [first.id, second.id] };
}

/** Site after site, its events in order. */
const subjects = (steps: number) =>
  Array.from({ length: SITES * steps }, (_, index) => `site/${index % SITES}`);

const said = ({ body }: Arrived) => JSON.parse(body.toString()) as { n: number; subject: string };

/** Of one site, what went out, one after the other; what is there twice in a row is one that was repeated. */
function sequenceOf(arrived: readonly Arrived[], subject: string) {
  const own = arrived.filter((each) => said(each).subject === subject);
  const repeats = (each: Arrived, index: number) =>
    each.headers["webhook-id"] === own[index - 1]?.headers["webhook-id"];
  return own.filter((each, index) => !repeats(each, index)).map((each) => said(each).n);
}

async function allDelivered(ids: readonly string[], count: number): Promise<void> {
  await waitFor(
    async () => {
      const found = (await Promise.all(ids.map((id) => api.deliveriesOf(id)))).flat();
      return found.length === count && found.every(({ state }) => state === "delivered");
    },
    { withinMs: WITHIN_MS, what: "every delivery to arrive" },
  );
}

test("over retries and a kill -9 in the middle, both subscriptions deliver each site in bus order", async () => {
  const tried = new Map<string, number>();
  await using endpoint = await openEndpoint(({ headers }) => {
    const id = headers["webhook-id"] ?? "";
    const times = (tried.get(id) ?? 0) + 1;
    tried.set(id, times);
    // The first try of every seventh fails.
    return times === 1 && tried.size % 7 === 0 ? 503 : 204;
  });
  const { type, ids } = await subscribeTwice(endpoint.url, {});
  await publish(api, type, subjects(STEPS));
  await waitFor(async () => endpoint.arrived.length > SITES * 4, { withinMs: WITHIN_MS, what: "half of it" });
  await standalone.process.kill();
  await standalone.restart();
  await allDelivered(ids, SITES * STEPS * 2);
  for (let site = 0; site < SITES; site += 1) {
    const steps = Array.from({ length: STEPS }, (_, step) => site + step * SITES);
    // Once for each of the two.
    expect(sequenceOf(endpoint.arrived, `site/${site}`)).toEqual(steps.flatMap((step) => [step, step]));
  }
}, 180_000);

test("with onRejected block one that is refused holds its site until somebody settles it, and the others go on", async () => {
  let isMended = false;
  await using endpoint = await openEndpoint((one) => (said(one).n === 0 && !isMended ? 400 : 204));
  const { type, ids } = await subscribeTwice(endpoint.url, { onRejected: "block", retry: { schedule: [] } });
  await publish(api, type, subjects(2));
  const others = (SITES - 1) * 2 * 2;
  await waitFor(async () => endpoint.arrived.length === others + 1, {
    withinMs: WITHIN_MS,
    what: "the other sites",
  });
  const log = (await Promise.all(ids.map((id) => api.deliveriesOf(id)))).flat();
  const waiting = log.filter(({ state }) => state !== "delivered");
  const details = await Promise.all(waiting.map(({ id }) => api.get<DeliveryDetail>(`/v1/deliveries/${id}`)));
  const held = details.find(({ state }) => state === "held");
  expect(held).toMatchObject({ reason: "blocking", blocks: 3 });
  const behind = details.filter(({ state }) => state === "queued");
  expect(behind).toHaveLength(3);
  for (const each of behind)
    expect(each.waitsFor).toMatchObject({ deliveryId: held?.id, reason: "blocking" });
  isMended = true;
  await api.post(`/v1/deliveries/${held?.id}/run`, undefined);
  await allDelivered(ids, SITES * 2 * 2);
  expect(sequenceOf(endpoint.arrived, "site/0")).toEqual([0, 0, SITES, SITES]);
}, 120_000);
