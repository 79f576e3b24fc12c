/** An endpoint refuses everything for a while; afterwards somebody goes through what was not delivered. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiDelivery } from "./api-client.ts";
import { openStandalone, type Standalone } from "./processes/open-standalone.ts";
import { ownType, publish } from "./publish.ts";
import { openEndpoint, type Endpoint } from "./receiver/open-endpoint.ts";
import { subscribeWebhook } from "./subscribe-webhook.ts";
import { waitFor } from "./wait.ts";

interface DeadLetter extends ApiDelivery {
  readonly subject: string;
  readonly sentence: string;
  readonly fix: string | null;
  readonly isEdited: boolean;
  readonly nextAttemptAt: string | null;
}

interface Resent {
  readonly resent: number;
  readonly matching: number;
  readonly remaining: boolean;
  readonly next: string | null;
  readonly sample?: readonly DeadLetter[];
}

interface ExportedLine extends DeadLetter {
  readonly lastAttempt: { readonly number: number; readonly reply: { readonly status: number } };
  readonly event: { readonly contentType: string; readonly encoding: string; readonly body: string };
}

const WITHIN_MS = 15_000;
/** Two tries each are two less than open a breaker. */
const SUBJECTS = ["site/1", "site/2", "site/3", "site/4"];
const TRIES = 2;
const REFUSED = SUBJECTS.length * TRIES;

let standalone: Standalone;
let api: ApiClient;
beforeAll(async () => {
  standalone = await openStandalone();
  api = standalone.api;
});
afterAll(() => standalone?.[Symbol.asyncDispose]());

/** A delivery for each of `SUBJECTS` that the endpoint said 400 to until its schedule ran out; newest first. */
async function refused(endpoint: Endpoint) {
  const type = ownType();
  const { subscriptionId } = await subscribeWebhook(api, {
    url: endpoint.url,
    eventTypes: [type],
    schedule: ["1s"],
  });
  await publish(api, type, SUBJECTS);
  const path = `/v1/deliveries?state=dead&subscription=${subscriptionId}`;
  const listDead = () => api.list<DeadLetter>(path);
  const dead = await waitFor(async () => (await listDead()).length === SUBJECTS.length && listDead(), {
    withinMs: WITHIN_MS,
    what: "every delivery to be dead",
  });
  return { type, subscriptionId, dead, listDead };
}

function bodyOf(endpoint: Endpoint, nth: number): Record<string, unknown> {
  return JSON.parse(endpoint.arrived[nth]?.body.toString() ?? "") as Record<string, unknown>;
}

async function arrived(endpoint: Endpoint, count: number): Promise<void> {
  await waitFor(() => endpoint.arrived.length >= count, { withinMs: WITHIN_MS, what: `${count} requests` });
}

test("a dead delivery says why in words, and one is edited and sent again without touching the others", async () => {
  await using endpoint = await openEndpoint(400);
  const { dead, listDead, subscriptionId } = await refused(endpoint);
  for (const each of dead) {
    expect(each).toMatchObject({ reason: "exhausted", attemptCount: TRIES, nextAttemptAt: null });
    expect(each.sentence).toContain("400");
    expect(each.fix).toMatch(/resend/i);
  }
  const [wrong] = dead;
  const refusedEdit = await api.call("POST", `/v1/deliveries/${wrong?.id}/resend`, {
    as: "same",
    input: { payload: "nonsense" },
  });
  expect(refusedEdit.status).toBe(400);

  endpoint.answerWith(204);
  const edited = await api.post<DeadLetter>(`/v1/deliveries/${wrong?.id}/resend`, {
    as: "same",
    input: { payload: "envelope" },
  });
  expect(edited).toMatchObject({ isEdited: true, key: wrong?.key, subject: wrong?.subject });
  await arrived(endpoint, REFUSED + 1);
  expect(bodyOf(endpoint, REFUSED)).toMatchObject({
    subject: wrong?.subject,
    data: { subject: wrong?.subject },
  });
  expect(endpoint.arrived[REFUSED]?.headers["webhook-id"]).toBe(wrong?.key);
  // What was refused stays as it was, in the log; and the edit is that delivery's alone.
  expect((await listDead()).map((each) => each.id)).toEqual(dead.map((each) => each.id));
  expect(await api.get(`/v1/subscriptions/${subscriptionId}`)).toMatchObject({ input: {} });
});

test("all that one subscription did not get is sent again with one call, once", async () => {
  await using endpoint = await openEndpoint(400);
  const { dead, subscriptionId, type } = await refused(endpoint);
  await using other = await openEndpoint(400);
  const apart = await refused(other);
  endpoint.answerWith(204);
  await api.post(`/v1/deliveries/${dead[0]?.id}/resend`, { as: "same" });
  await arrived(endpoint, REFUSED + 1);

  const filter = { state: "dead", subscription: subscriptionId, reason: "exhausted", type };
  const dry = await api.post<Resent>("/v1/deliveries/resend", { filter, as: "same", dryRun: true });
  const left = dead.slice(1);
  expect(dry).toMatchObject({ resent: 0, matching: left.length, remaining: false });
  expect(new Set(dry.sample?.map((each) => each.id))).toEqual(new Set(left.map((each) => each.id)));

  const ask = (limit: number, cursor?: string | null) =>
    api.call<Resent>(
      "POST",
      "/v1/deliveries/resend",
      { filter, as: "same", limit, ...(cursor && { cursor }) },
      { "idempotency-key": `after-the-outage-${cursor ?? "first"}` },
    );
  const first = await ask(2);
  expect(first).toMatchObject({ status: 200, body: { resent: 2, remaining: true } });
  // A repeat of the call, because its answer was lost, sends nothing.
  expect((await ask(2)).body).toEqual(first.body);
  expect((await ask(2, first.body.next)).body).toMatchObject({ resent: 1, remaining: false });
  await arrived(endpoint, REFUSED + 1 + left.length);
  const again = await api.post<Resent>("/v1/deliveries/resend", { filter, as: "same" });
  expect(again).toMatchObject({ resent: 0, matching: 0 });
  const sentAgain = endpoint.arrived.slice(REFUSED).map((each) => each.headers["webhook-id"]);
  expect(sentAgain).toHaveLength(dead.length);
  expect(new Set(sentAgain)).toEqual(new Set(dead.map((each) => each.key)));
  expect(other.arrived).toHaveLength(REFUSED);
  expect(await apart.listDead()).toHaveLength(SUBJECTS.length);
});

test("what was not delivered is a file with what was sent and what came back, a line each", async () => {
  await using endpoint = await openEndpoint(400);
  const { dead, subscriptionId, type } = await refused(endpoint);
  const answer = await fetch(
    `${standalone.baseUrl}/v1/deliveries/export?state=dead&subscription=${subscriptionId}`,
    { headers: { authorization: `Bearer ${standalone.adminKey}` } },
  );
  expect(answer.headers.get("content-type")).toMatch("application/x-ndjson");
  const text = await answer.text();
  expect(text.endsWith("\n")).toBe(true);
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ExportedLine);
  expect(lines.map((each) => each.id)).toEqual(dead.map((each) => each.id));
  for (const { subject, lastAttempt, event } of lines) {
    expect(lastAttempt).toMatchObject({ number: TRIES, reply: { status: 400 } });
    expect(event.encoding).toBe("utf8");
    expect(JSON.parse(event.body)).toMatchObject({ event: type, subject });
  }
});
