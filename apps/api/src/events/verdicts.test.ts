import { parseId } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attemptAll, routePublished } from "../testing/dispatch.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeSource, makeWebhook, SAMPLE } from "../testing/requests.ts";

let api: TestApi;
let hook: string;
beforeEach(async () => {
  api = await openTestApi();
  ({ hook } = await makeSource(api));
});
afterEach(() => api[Symbol.asyncDispose]());

async function publish(...matching: readonly { id: string; connectionId: string }[]): Promise<string> {
  const headers = { "content-type": "application/json" };
  const { body } = await api.call("POST", hook, { raw: SAMPLE, headers });
  await routePublished(api, matching);
  return body.id;
}

async function why(
  id: string,
  language = "en",
): Promise<{ verdict: string; deliveryId: string | null; sentence: string }[]> {
  const headers = { "accept-language": language };
  const { body } = await api.call("GET", `/v1/events/${id}`, { headers });
  const listed = await api.call("GET", `/v1/events/${id}/verdicts`, { headers });
  expect(listed.body).toEqual({ items: body.verdicts, next: null });
  return body.verdicts;
}

test("each subscription says what became of an event there, or why nothing did", async () => {
  const wanted = await makeWebhook(api, { name: "Wanted" });
  await makeWebhook(api, { name: "Of another type", eventTypes: ["website_created"] });
  await makeWebhook(api, { name: "Switched off", enabled: false });
  const id = await publish(wanted);
  await makeWebhook(api, { name: "Made later" });
  expect(await why(id)).toMatchObject([
    { subscriptionName: "Made later", verdict: "not_there_yet", subscriptionVersion: null, deliveryId: null },
    { subscriptionName: "Switched off", verdict: "disabled", fix: expect.stringContaining("Switch it on") },
    {
      subscriptionName: "Of another type",
      verdict: "other_type",
      sentence: "It is for website_created; this event is website_status_changed.",
    },
    { subscriptionName: "Wanted", verdict: "waiting", subscriptionVersion: 1, fix: null },
  ]);
  await attemptAll(api, wanted);
  const [, , , delivered] = await why(id, "de");
  expect(delivered).toMatchObject({ verdict: "delivered", sentence: "Zugestellt mit Versuch 1." });
});

test("the rules are those of the moment: a change, a switch and a deletion since then explain nothing", async () => {
  const changed = await makeWebhook(api, { name: "Changed since" });
  const deleted = await makeWebhook(api, { name: "Deleted since" });
  const id = await publish(changed, deleted);
  await api.call("PATCH", `/v1/subscriptions/${changed.id}`, {
    body: { eventTypes: ["website_created"], enabled: false },
  });
  await api.call("DELETE", `/v1/subscriptions/${deleted.id}`);
  expect(await why(id)).toMatchObject([
    { subscriptionName: "Deleted since", verdict: "waiting", subscriptionVersion: 1 },
    { subscriptionName: "Changed since", verdict: "waiting", subscriptionVersion: 1 },
  ]);
  const later = await publish();
  expect(await why(later)).toMatchObject([{ subscriptionName: "Changed since", verdict: "disabled" }]);
});

test("what did not match says because of which value, in both languages, with the whole condition", async () => {
  const when = { "website.status": { $in: ["Feedback", "Creation"] } };
  const matched = await makeWebhook(api, { name: "Any", when: { "website.status": { $exists: true } } });
  await makeWebhook(api, { name: "Feedback or Creation", when });
  const id = await publish(matched);
  const [no, yes] = await why(id);
  const status = JSON.parse(SAMPLE).website.status;
  expect(no).toMatchObject({ verdict: "no_match", sentence: expect.stringContaining(status) });
  expect(no).toMatchObject({ condition: { verdict: false, path: "website.status", actual: status } });
  expect(yes).toMatchObject({ verdict: "waiting", condition: { verdict: true } });
  expect((await why(id, "de"))[0]!.sentence).toMatch(/^Sie hat nicht gepasst: .+\.$/);
});

test("what waits says for what: a target that only failed lately, or a person who has to decide", async () => {
  const failing = await makeWebhook(api, { name: "Failing" });
  const doubtful = await makeWebhook(api, { name: "Doubtful" });
  const id = await publish(failing, doubtful);
  await api.db.query(
    `INSERT INTO target_health (
       subscription_id, account_id, partition, breaker, failing_since, opened_at, probe_at, reason, snapshot
     )
     VALUES ($1, $2, 0, 'open', now(), now(), now() + interval '10 minutes', 'timeout', '{}')`,
    [parseId("sub", failing.id), api.accountId],
  );
  await attemptAll(api, doubtful, {
    state: null,
    held: true,
    reason: "in_doubt",
    detail: "The reply was lost",
  });
  const [held, waiting] = await why(id);
  expect(held).toMatchObject({ verdict: "held", fix: expect.any(String) });
  expect(waiting).toMatchObject({
    verdict: "waiting",
    sentence: expect.stringMatching(/has only failed lately/),
  });
});

test("a resend is the news, what it repeats is not", async () => {
  const webhook = await makeWebhook(api);
  const id = await publish(webhook);
  await attemptAll(api, webhook, { state: "dead", reason: "gone", detail: "410" });
  const [dead] = await why(id);
  expect(dead).toMatchObject({ verdict: "dead" });
  const resent = await api.call("POST", `/v1/deliveries/${dead!.deliveryId}/resend`, {
    body: { as: "same" },
  });
  expect(await why(id)).toMatchObject([{ verdict: "waiting", deliveryId: resent.body.id }]);
});

test("many subscriptions are pages of verdicts, and no other account reads them", async () => {
  for (const name of ["A", "B", "C"]) await makeWebhook(api, { name });
  const id = await publish();
  const first = await api.call("GET", `/v1/events/${id}/verdicts?limit=2`);
  expect(first.body.items.map((each: { subscriptionName: string }) => each.subscriptionName)).toEqual([
    "C",
    "B",
  ]);
  const second = await api.call("GET", `/v1/events/${id}/verdicts?limit=2&cursor=${first.body.next}`);
  expect(second.body.items.map((each: { subscriptionName: string }) => each.subscriptionName)).toEqual(["A"]);
  const headers = await makeAccount(api);
  expect((await api.call("GET", `/v1/events/${id}/verdicts`, { headers })).status).toBe(404);
});
