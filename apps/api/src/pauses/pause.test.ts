import { parseId } from "@stellwerk/delivery";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeWebhook } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const post = (path: string, body?: unknown, headers = {}) => api.call("POST", path, { body, headers });

/** As the dispatcher does it. */
async function stop(table: "subscription" | "connection", id: string, reason: string): Promise<void> {
  const uuid = parseId(table === "subscription" ? "sub" : "con", id);
  await api.db.query(
    `UPDATE ${table} SET paused_at = now(), paused_reason = $2, paused_detail = 'as the target says' WHERE id = $1`,
    [uuid, reason],
  );
}

async function revision(): Promise<number> {
  const [row] = await api.db.query<{ revision: number }>("SELECT revision FROM account WHERE id = $1", [
    api.accountId,
  ]);
  return row!.revision;
}

describe("a subscription", () => {
  test("is paused with a word for colleagues, and neither its version nor its ETag changes", async () => {
    const { id } = await makeWebhook(api);
    const before = await revision();
    const { status, body, headers } = await post(`/v1/subscriptions/${id}/pause`, { reason: "Relaunch" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ enabled: true, version: 1 });
    expect(body.paused).toMatchObject({ reason: "paused", detail: "Relaunch" });
    expect(body.paused.sentence).toMatch(/^Held since /);
    expect(body.paused.fix).toMatch(/Resume/);
    expect(headers.get("etag")).toBe('"1"');
    expect(await revision()).toBe(before + 1);
    expect((await post(`/v1/subscriptions/${id}/pause`)).body.paused).toMatchObject({
      since: body.paused.since,
      detail: null,
    });
  });

  test("is resumed with a rate, and says so until what waited is dealt with", async () => {
    const { id } = await makeWebhook(api);
    await post(`/v1/subscriptions/${id}/pause`);
    const resume = { catchUp: "latest-per-subject", perSecond: 5 };
    const { body } = await post(`/v1/subscriptions/${id}/resume`, resume);
    expect(body).toMatchObject({ paused: null, version: 1 });
    expect(body.catchUp).toMatchObject({ mode: "latest-per-subject", perSecond: 5 });
    expect(Date.parse(body.catchUp.before)).toBeGreaterThan(Date.now() - 10_000);
    const paused = await post(`/v1/subscriptions/${id}/pause`);
    expect(paused.body.catchUp).toBe(null);
  });

  test("is resumed with everything that waits unless it is asked otherwise", async () => {
    const { id } = await makeWebhook(api);
    await post(`/v1/subscriptions/${id}/pause`);
    const { body } = await post(`/v1/subscriptions/${id}/resume`);
    expect(body.catchUp).toMatchObject({ mode: "all", perSecond: null });
  });

  test("that is not paused skips nothing when it is resumed", async () => {
    const { id } = await makeWebhook(api);
    const { status, body } = await post(`/v1/subscriptions/${id}/resume`, { catchUp: "none" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ paused: null, catchUp: null });
  });

  test.each(["gone", "failing", "misconfigured", "auth"])(
    "that was stopped as %s goes on when its rule is changed",
    async (reason) => {
      const { id } = await makeWebhook(api);
      await stop("subscription", id, reason);
      const renamed = await api.call("PATCH", `/v1/subscriptions/${id}`, { body: { name: "Renamed" } });
      expect(renamed.body.paused).toMatchObject({ reason, detail: "as the target says" });
      const mended = await api.call("PATCH", `/v1/subscriptions/${id}`, { body: { input: {} } });
      expect(mended.body).toMatchObject({ paused: null, catchUp: { mode: "all" } });
    },
  );

  test("that a person paused stays so, whatever is changed", async () => {
    const { id, connectionId } = await makeWebhook(api);
    await post(`/v1/subscriptions/${id}/pause`);
    await api.call("PATCH", `/v1/subscriptions/${id}`, { body: { input: {} } });
    const body = { settings: { url: "https://example.com/hooks/2" } };
    await api.call("PATCH", `/v1/connections/${connectionId}`, { body });
    expect((await api.call("GET", `/v1/subscriptions/${id}`)).body.paused).toMatchObject({
      reason: "paused",
    });
  });

  test("that another account names is not there", async () => {
    const { id } = await makeWebhook(api);
    const headers = await makeAccount(api);
    expect((await post(`/v1/subscriptions/${id}/pause`, {}, headers)).status).toBe(404);
    expect((await post(`/v1/subscriptions/${id}/resume`, {}, headers)).status).toBe(404);
    expect((await api.call("GET", `/v1/subscriptions/${id}`)).body.paused).toBe(null);
  });

  test.each([
    [{ catchUp: "some" }, "catchUp"],
    [{ perSecond: 0 }, "perSecond"],
  ])("is not resumed with %j", async (body, path) => {
    const { id } = await makeWebhook(api);
    const reply = await post(`/v1/subscriptions/${id}/resume`, body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].path).toBe(path);
  });
});

describe("a connection", () => {
  test("is paused and resumed, and its version stays", async () => {
    const { connectionId } = await makeWebhook(api);
    const before = await revision();
    const paused = await post(`/v1/connections/${connectionId}/pause`, { reason: "Their maintenance" });
    expect(paused.body).toMatchObject({
      version: 1,
      paused: { reason: "paused", detail: "Their maintenance" },
    });
    expect((await api.call("GET", `/v1/connections/${connectionId}`)).body.paused).toEqual(
      paused.body.paused,
    );
    const resumed = await post(`/v1/connections/${connectionId}/resume`);
    expect(resumed.body).toMatchObject({ version: 1, paused: null });
    expect(await revision()).toBe(before + 2);
  });

  test("that was stopped goes on with its subscriptions when its settings are saved", async () => {
    const { id, connectionId } = await makeWebhook(api);
    await stop("connection", connectionId, "auth");
    await stop("subscription", id, "gone");
    const path = `/v1/connections/${connectionId}`;
    const renamed = await api.call("PATCH", path, { body: { name: "Renamed" } });
    expect(renamed.body.paused).toMatchObject({ reason: "auth" });
    const body = { settings: { url: "https://example.com/hooks/2" } };
    expect((await api.call("PATCH", path, { body })).body.paused).toBe(null);
    expect((await api.call("GET", `/v1/subscriptions/${id}`)).body).toMatchObject({
      paused: null,
      catchUp: { mode: "all" },
    });
  });

  test("that a person paused stays so when its settings are saved", async () => {
    const { connectionId } = await makeWebhook(api);
    await post(`/v1/connections/${connectionId}/pause`);
    const body = { settings: { url: "https://example.com/hooks/2" } };
    const saved = await api.call("PATCH", `/v1/connections/${connectionId}`, { body });
    expect(saved.body.paused).toMatchObject({ reason: "paused" });
  });

  test("that another account names is not there", async () => {
    const { connectionId } = await makeWebhook(api);
    const headers = await makeAccount(api);
    expect((await post(`/v1/connections/${connectionId}/pause`, {}, headers)).status).toBe(404);
    expect((await post(`/v1/connections/${connectionId}/resume`, undefined, headers)).status).toBe(404);
  });
});

test("a target that fails says since when and when it is tried again, one that does well says nothing", async () => {
  const { id } = await makeWebhook(api);
  const path = `/v1/subscriptions/${id}`;
  const well = { state: "closed", failingSince: null, nextProbeAt: null, reason: null };
  expect((await api.call("GET", path)).body.health).toEqual(well);
  await api.db.query(
    `INSERT INTO target_health (
       subscription_id, account_id, partition, breaker, failing_since, opened_at, probe_at, reason, snapshot
     )
     VALUES ($1, $2, 0, 'open', '2026-11-23T08:00:00Z', '2026-11-23T08:01:00Z', '2026-11-23T09:00:00Z', 'timeout', '{}')`,
    [parseId("sub", id), api.accountId],
  );
  const failing = {
    state: "open",
    failingSince: "2026-11-23T08:00:00.000Z",
    nextProbeAt: "2026-11-23T09:00:00.000Z",
    reason: "timeout",
  };
  expect((await api.call("GET", path)).body.health).toEqual(failing);
  const { items } = (await api.call("GET", "/v1/subscriptions")).body;
  expect(items.find((each: { id: string }) => each.id === id).health).toEqual(failing);
});
