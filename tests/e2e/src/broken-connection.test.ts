/** A connection whose key is refused, and a rule that is set up wrongly: what waits, who is told, how it is mended. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiDelivery } from "./api-client.ts";
import { installBoard } from "./board-connector.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { ownType, publish } from "./publish.ts";
import { openEndpoint, type Endpoint } from "./receiver/open-endpoint.ts";
import { subscribeWebhook } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

interface Paused {
  readonly paused: { readonly reason: string; readonly detail: string | null } | null;
}

interface DeliveryDetail extends ApiDelivery {
  readonly sentence: string;
  readonly fix: string | null;
}

const WITHIN_MS = 30_000;
const ALERTS = ["stellwerk.connection_broken", "stellwerk.subscription_stopped"];
const EVENTS = 60;

const board = installBoard();
let standalone: Standalone;
let api: ApiClient;
let alerts: Endpoint;
beforeAll(async () => {
  standalone = await openStandalone(board.env);
  api = standalone.api;
  alerts = await openEndpoint();
  await subscribeWebhook(api, { url: alerts.url, eventTypes: ALERTS });
});
afterAll(async () => {
  await standalone?.[Symbol.asyncDispose]();
  await alerts?.[Symbol.asyncDispose]();
  board[Symbol.dispose]();
});

async function subscribe(to: object, column: string) {
  const type = ownType();
  const rule = { name: column, eventTypes: [type], action: "e2e-board.pin", input: { column }, ...to };
  const { id, connectionId } = await api.post<{ id: string; connectionId: string }>(
    "/v1/subscriptions",
    rule,
  );
  return { type, id, connectionId };
}

const connectionTo = ({ url }: Endpoint) => ({
  connection: { connector: "e2e-board", settings: { url }, secrets: { apiKey: "key-7f3a" } },
});

/** What was told of it: of the connection or of the subscription. */
const toldOf = (id: string) =>
  alerts.arrived
    .map(({ body }) => JSON.parse(body.toString()) as { event: string; reason: string })
    .filter((each) => JSON.stringify(each).includes(id));

async function logWhen(
  ids: readonly string[],
  isSo: (all: ApiDelivery[]) => boolean,
): Promise<ApiDelivery[]> {
  let found: ApiDelivery[] = [];
  return waitFor(
    async () => {
      found = (await Promise.all(ids.map((id) => api.deliveriesOf(id)))).flat();
      return isSo(found) && found;
    },
    { withinMs: WITHIN_MS, what: () => `deliveries, now ${found.map(({ state }) => state).join()}` },
  );
}

test("a refused key holds all that goes over its connection, with one alert, and mended it drains", async () => {
  await using endpoint = await openEndpoint(401);
  const one = await subscribe(connectionTo(endpoint), "One");
  const { connectionId } = one;
  const two = await subscribe({ connectionId }, "Two");
  const ids = [one.id, two.id];
  const subjects = Array.from({ length: EVENTS }, (_, n) => `site/${n}`);
  await Promise.all([publish(api, one.type, subjects), publish(api, two.type, subjects)]);

  const all = (state: string) => (found: ApiDelivery[]) =>
    found.length === EVENTS * 2 && found.every((each) => each.state === state);
  const held = await logWhen(ids, all("held"));
  expect(held.every(({ reason }) => reason === "auth")).toBe(true);
  const detail = await api.get<DeliveryDetail>(`/v1/deliveries/${held[0]?.id}`);
  expect(detail).toMatchObject({ sentence: expect.any(String), fix: expect.stringMatching(/\w{4}/) });
  expect((await api.get<Paused>(`/v1/connections/${connectionId}`)).paused).toMatchObject({ reason: "auth" });

  const path = `/v1/connections/${connectionId}/test`;
  const check = { id: "key", ok: false, message: "Das Board lehnt den Schlüssel ab." };
  const german = await api.call("POST", path, undefined, { "accept-language": "de" });
  expect(german.body).toMatchObject({
    ok: false,
    account: "Harry's Board",
    checks: [{ ...check, fix: "Gib einen neuen Schlüssel ein." }],
    resumed: false,
  });
  await waitFor(() => toldOf(connectionId).length > 0, { withinMs: WITHIN_MS, what: "the alert" });

  endpoint.answerWith(204);
  expect(await api.post(path, undefined)).toMatchObject({ ok: true, resumed: true });
  await logWhen(ids, all("delivered"));
  expect((await api.get<Paused>(`/v1/connections/${connectionId}`)).paused).toBeNull();
  // However many were refused at once.
  expect(toldOf(connectionId)).toMatchObject([{ event: "stellwerk.connection_broken", reason: "auth" }]);
}, 120_000);

test("a rule that is set up wrongly is stopped with its fix and one alert, and goes on when it is changed", async () => {
  await using endpoint = await openEndpoint(({ body }) => (body.includes("Gone") ? 403 : 204));
  const { type, id } = await subscribe(connectionTo(endpoint), "Gone");
  await publish(api, type, ["site/1", "site/2", "site/3"]);
  const stopped = await waitFor(
    async () => (await api.get<Paused>(`/v1/subscriptions/${id}`)).paused ?? undefined,
    { withinMs: WITHIN_MS, what: "the rule to be stopped" },
  );
  expect(stopped).toMatchObject({ reason: "misconfigured", detail: expect.stringContaining("403") });
  const [held] = await logWhen([id], (all) => all.length === 3 && all.every(({ state }) => state === "held"));
  expect(held).toMatchObject({ reason: "misconfigured", fix: expect.stringMatching(/\w{4}/) });
  await waitFor(() => toldOf(id).length > 0, { withinMs: WITHIN_MS, what: "the alert" });

  const changed = await api.call("PATCH", `/v1/subscriptions/${id}`, { input: { column: "Live" } });
  expect(changed).toMatchObject({ status: 200, body: { paused: null } });
  await logWhen([id], (all) => all.every(({ state }) => state === "delivered"));
  expect(toldOf(id)).toMatchObject([{ event: "stellwerk.subscription_stopped", reason: "misconfigured" }]);
}, 120_000);
