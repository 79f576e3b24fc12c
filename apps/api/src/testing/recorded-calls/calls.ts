/** The calls that the API's description shows, in the order in which somebody would make them. */
import { setTimeout as pause } from "node:timers/promises";
import type { AuthorizationServer } from "@stellwerk/connector-kit/testing";
import { attemptAll, routePublished } from "../dispatch.ts";
import type { TestApi } from "../open-test-api.ts";
import { type CallRecorder, createCallRecorder } from "./record-calls.ts";

const EVENT = `{
  "event": "website_status_changed",
  "website": { "id": 321654, "title": "Harry's Diner", "domain": "example.com", "status": "Done" },
  "previousStatus": "Publish"
}
`;

export async function recordCalls(api: TestApi, vendor: AuthorizationServer): Promise<CallRecorder> {
  const recorder = createCallRecorder(api, vendor.url);
  const source = await showSources(recorder);
  const webhook = await showSubscriptions(recorder);
  const event = await showEvents(api, recorder, source, webhook);
  await showDeliveries(api, recorder, webhook, event);
  await showConnections(recorder, webhook);
  await showVendor(recorder, vendor);
  await showTries(recorder, webhook, event);
  await showOperation(api, recorder);
  await recorder.show("DELETE /v1/subscriptions/{id}", {
    path: `/v1/subscriptions/${webhook.id}`,
    headers: { "if-match": '"2"' },
  });
  await recorder.show("DELETE /v1/connections/{id}", { path: `/v1/connections/${webhook.connectionId}` });
  await recorder.show("DELETE /v1/sources/{id}", { path: `/v1/sources/${source.id}` });
  return recorder;
}

async function showSources({ show }: CallRecorder): Promise<{ id: string; hook: string }> {
  const body = { name: "Our Sitejet", kind: "sitejet" };
  const headers = { "idempotency-key": "set-up-2026-11-23" };
  const { id, hookUrl } = await show("POST /v1/sources", {
    body,
    headers,
    note: "A hook URL for Sitejet.",
  });
  const hook = new URL(hookUrl).pathname;
  await show("POST /hooks/{token}", {
    path: hook,
    raw: EVENT,
    key: null,
    headers: { "content-type": "application/json" },
    note: "A website platform's webhook.",
  });
  await show("POST /hooks/{token}", {
    path: hook,
    raw: '{ "event": "website_created" "website": {} }',
    key: null,
    headers: { "content-type": "application/json" },
    note: "A comma is missing; the body is kept under the source's rejected bodies.",
  });
  await show("GET /v1/sources");
  await show("GET /v1/sources/{id}", { path: `/v1/sources/${id}` });
  await show("PATCH /v1/sources/{id}", {
    path: `/v1/sources/${id}`,
    body: { name: "Our Sitejet, Berlin", managerUrl: "https://manager.example.com" },
    headers: { "if-match": '"1"' },
  });
  const rotated = await show("POST /v1/sources/{id}/rotate", {
    path: `/v1/sources/${id}/rotate`,
    body: { overlap: "24h" },
  });
  return { id, hook: new URL(rotated.hookUrl).pathname };
}

interface Webhook {
  readonly id: string;
  readonly connectionId: string;
}

async function showSubscriptions({ show }: CallRecorder): Promise<Webhook> {
  const made: Webhook = await show("POST /v1/subscriptions", {
    body: {
      name: "My Zap",
      eventTypes: ["website_created", "website_status_changed"],
      when: { "website.status": { $in: ["Publish", "Done"] } },
      action: "webhook.send",
      connection: { connector: "webhook", settings: { url: "https://hooks.zapier.com/hooks/catch/1/abc/" } },
    },
    note: "A plain webhook, with its connection in the same call.",
  });
  await show("GET /v1/subscriptions");
  await show("GET /v1/subscriptions/{id}", { path: `/v1/subscriptions/${made.id}` });
  await show("PATCH /v1/subscriptions/{id}", {
    path: `/v1/subscriptions/${made.id}`,
    body: { enabled: true, retry: { schedule: ["5s", "5m", "30m", "2h"] } },
    headers: { "if-match": '"1"' },
  });
  await show("PATCH /v1/subscriptions/{id}", {
    path: `/v1/subscriptions/${made.id}`,
    body: { enabled: false },
    headers: { "if-match": '"1"' },
    note: "Somebody else was faster.",
  });
  await show("POST /v1/subscriptions/{id}/pause", {
    path: `/v1/subscriptions/${made.id}/pause`,
    body: { reason: "The Zap is being rebuilt" },
  });
  await show("POST /v1/subscriptions/{id}/resume", {
    path: `/v1/subscriptions/${made.id}/resume`,
    body: { catchUp: "latest-per-subject", perSecond: 5 },
    note: "Only the newest of each subject is sent of what waited, five a second.",
  });
  return made;
}

async function showEvents(
  api: TestApi,
  { show }: CallRecorder,
  source: { id: string },
  webhook: Webhook,
): Promise<{ id: string }> {
  await show("POST /v1/events", {
    body: {
      type: "website_created",
      subject: "website/7",
      data: { event: "website_created", website: { id: 7 } },
    },
    note: "One event of a platform that is built on Stellwerk.",
  });
  await show("POST /v1/events", {
    body: [
      { type: "log_created", id: "log-17", data: { event: "log_created", website: { id: 7 } } },
      { type: "log_created", id: "log-17", data: { event: "log_created", website: { id: 8 } } },
    ],
    note: "Two at once; the second has the idempotency key of the first with other data.",
  });
  await routePublished(api, [webhook]);
  const list = await show("GET /v1/events", { path: "/v1/events?type=website_status_changed&limit=10" });
  const id: string = list.items[0].id;
  await show("GET /v1/events/{id}", { path: `/v1/events/${id}` });
  await show("GET /v1/events/{id}/verdicts", { path: `/v1/events/${id}/verdicts` });
  await show("GET /v1/events/{id}/body", { path: `/v1/events/${id}/body` });
  await show("GET /v1/sources/{id}/rejected", { path: `/v1/sources/${source.id}/rejected` });
  await show("GET /v1/event-types", { shorten: firstOnly });
  await show("GET /v1/event-types/{type}", { path: "/v1/event-types/log_created", shorten: withoutSchemas });
  return { id };
}

async function showDeliveries(
  api: TestApi,
  { show }: CallRecorder,
  webhook: Webhook,
  event: { id: string },
): Promise<void> {
  await attemptAll(api, webhook);
  const list = await show("GET /v1/deliveries", {
    path: `/v1/deliveries?event=${event.id}`,
  });
  const id: string = list.items[0].id;
  await show("GET /v1/deliveries/{id}", { path: `/v1/deliveries/${id}` });
  await show("POST /v1/deliveries/{id}/resend", {
    path: `/v1/deliveries/${id}/resend`,
    body: { as: "same" },
    headers: { "idempotency-key": "resend-1" },
  });
  await attemptAll(api, webhook, {
    state: "dead",
    reason: "http_status",
    detail: "The endpoint answered 400; a delivery counts only with a status from 200 to 299.",
  });
  const filter = { state: "dead", subscription: webhook.id };
  await show("POST /v1/deliveries/resend", {
    body: { filter, as: "same", dryRun: true },
    note: "What would be sent again.",
  });
  await show("POST /v1/deliveries/{id}/run", {
    path: `/v1/deliveries/${id}/run`,
    note: "One that has ended is not run once more.",
  });
  await show("GET /v1/deliveries/export", { path: "/v1/deliveries/export?state=dead" });
  await show("POST /v1/deliveries/resend", {
    body: { filter, as: "same" },
    headers: { "idempotency-key": "after-the-outage" },
    note: "Everything of one subscription that is dead is sent again.",
  });
  const waiting = await show("GET /v1/deliveries", { path: "/v1/deliveries?state=queued" });
  const waitingId: string = waiting.items[0].id;
  await show("POST /v1/deliveries/{id}/run", { path: `/v1/deliveries/${waitingId}/run` });
  await attemptAll(api, webhook, {
    state: null,
    held: true,
    possiblySent: true,
    reason: "in_doubt",
    detail: "The connection was lost before an answer came. It may have arrived.",
  });
  await show("POST /v1/deliveries/{id}/resolve", {
    path: `/v1/deliveries/${waitingId}/resolve`,
    body: { as: "send", reason: "It is not in the channel" },
    note: "One that is held in doubt.",
  });
  await show("POST /v1/deliveries/{id}/cancel", {
    path: `/v1/deliveries/${waitingId}/cancel`,
    body: { reason: "Sent by hand meanwhile" },
  });
}

/** A rule is looked at and tried before anybody relies on it. */
async function showTries({ show }: CallRecorder, webhook: Webhook, event: { id: string }): Promise<void> {
  const eventId = event.id;
  const subscription = {
    name: "Done to the Zap",
    eventTypes: ["website_status_changed"],
    when: { "website.status": { $eq: "Done" } },
    action: "webhook.send",
    connection: { connector: "webhook", settings: { url: "https://hooks.zapier.com/hooks/catch/1/abc/" } },
  };
  await show("POST /v1/subscriptions/{id}/preview", {
    path: `/v1/subscriptions/${webhook.id}/preview`,
    body: { eventId },
  });
  await show("POST /v1/subscriptions/{id}/preview", {
    path: `/v1/subscriptions/${webhook.id}/preview`,
    body: { sample: { type: "website_status_changed" } },
    note: "With a sample of the catalogue.",
  });
  await show("POST /v1/subscriptions/preview", { body: { subscription, eventId } });
  await show("POST /v1/subscriptions/{id}/test", {
    path: `/v1/subscriptions/${webhook.id}/test`,
    body: { eventId, wait: 0 },
    note: "Without waiting for its first attempt.",
  });
  await show("POST /v1/subscriptions/test", { body: { subscription, eventId, wait: 0 } });
}

/** What is asked of a vendor: its connector is made for this, and its boards are not Trello's. */
async function showVendor({ show }: CallRecorder, vendor: AuthorizationServer): Promise<void> {
  const settings = { url: vendor.url };
  const secrets = { clientSecret: "app-secret-1f2e" };
  const draft = { connector: "boards", settings, secrets };
  const note = "A connector with OAuth; it is not connected yet.";
  await show("POST /v1/connections/test", { body: draft, note });
  const { id } = await show("POST /v1/connections", { body: draft, note });
  const { url } = await show("POST /v1/connections/{id}/oauth/start", {
    path: `/v1/connections/${id}/oauth/start`,
  });
  const { code, state } = vendor.agree(url);
  const callback = { path: `/oauth/callback?code=${code}&state=${state}`, key: null };
  await show("GET /oauth/callback", callback);
  await show("GET /oauth/callback", { ...callback, note: "The same link a second time." });
  await show("POST /v1/connections/{id}/test", { path: `/v1/connections/${id}/test` });
  await show("POST /v1/connections/{id}/options", {
    path: `/v1/connections/${id}/options`,
    body: { action: "boards.add_card", field: "board", query: "S" },
  });
}

async function showConnections({ show }: CallRecorder, webhook: Webhook): Promise<void> {
  await show("GET /v1/connectors", { shorten: firstOnly });
  await show("GET /v1/connectors/{id}", { path: "/v1/connectors/inbox", shorten: withoutSchemas });
  const inbox = await show("POST /v1/connections", { body: { connector: "inbox", name: "To look at" } });
  await show("GET /v1/connections", { shorten: firstOnly });
  await show("GET /v1/connections/{id}", { path: `/v1/connections/${webhook.connectionId}` });
  await show("PATCH /v1/connections/{id}", {
    path: `/v1/connections/${webhook.connectionId}`,
    body: { name: "Zapier", settings: { url: "https://hooks.zapier.com/hooks/catch/1/def/" } },
  });
  await show("POST /v1/connections/{id}/pause", {
    path: `/v1/connections/${inbox.id}/pause`,
    body: { reason: "Their maintenance, until noon" },
  });
  await show("POST /v1/connections/{id}/resume", { path: `/v1/connections/${inbox.id}/resume` });
  await show("POST /v1/connections/{id}/options", {
    path: `/v1/connections/${webhook.connectionId}/options`,
    body: { action: "webhook.send", field: "payload" },
    note: "A field whose value is typed.",
  });
  await show("POST /v1/connections/{id}/reveal", { path: `/v1/connections/${webhook.connectionId}/reveal` });
  await show("PATCH /v1/connections/{id}", {
    path: `/v1/connections/${webhook.connectionId}`,
    body: { settings: { url: "https://hooks.zapier.com/hooks/catch/1/def/", signature: "both" } },
    note: "Signed with a key pair, too: receivers check with the public key.",
  });
  await show("POST /v1/connections/{id}/rotate-secret", {
    path: `/v1/connections/${webhook.connectionId}/rotate-secret`,
    body: { overlap: "24h" },
    headers: { "idempotency-key": "rotate-2026-11-23" },
  });
  await show("GET /.well-known/webhook-keys/{id}", {
    path: `/.well-known/webhook-keys/${webhook.connectionId}`,
    key: null,
  });
  await show("POST /v1/connections/{id}/end-overlap", {
    path: `/v1/connections/${webhook.connectionId}/end-overlap`,
  });
  await show("GET /v1/connections/{id}/inbox", { path: `/v1/connections/${inbox.id}/inbox` });
}

async function showOperation(api: TestApi, { show }: CallRecorder): Promise<void> {
  await show("GET /livez", { key: null });
  await show("GET /readyz", {
    key: null,
    note: "Events are accepted.",
  });
  api.breakBus(true);
  // An answer is kept for a tenth of a second.
  await pause(200);
  await show("GET /readyz", { key: null, note: "The bus is away." });
  api.breakBus(false);
  // The first lines: how much more there is depends on what the process has done.
  const beginning = (text: string) => `${text.split("\n").slice(0, 2).join("\n")}\n…`;
  await show("GET /metrics", { key: null, shorten: beginning });
  await show("GET /docs", { key: null, shorten: (page: string) => `${page.slice(0, 15)} …` });
  await show("GET /openapi.json", {
    key: null,
    shorten: ({ openapi, info }) => ({ openapi, info: { title: info.title } }),
  });
  const made = await show("POST /v1/keys", { body: { name: "Website backend", scopes: ["publish"] } });
  await show("GET /v1/keys", { shorten: firstOnly });
  await show("DELETE /v1/keys/{id}", { path: `/v1/keys/${made.id}` });
  await show("POST /v1/accounts", { body: { name: "Another agency" } });
  await show("GET /v1/accounts", { shorten: firstOnly });
}

function firstOnly(list: { items: object[]; next: string | null }): unknown {
  return { ...list, items: list.items.slice(0, 1).map(withoutSchemas) };
}

/** A schema is long, and looks like every JSON Schema. */
function withoutSchemas(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(withoutSchemas);
  if (typeof value !== "object" || value === null) return value;
  if (Object.hasOwn(value, "$schema")) return { $schema: "https://json-schema.org/draft/2020-12/schema" };
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === "data" ? {} : withoutSchemas(each)]),
  );
}
