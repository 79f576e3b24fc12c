/** Pauses keep what waits; a resume sends it, in order, as far and as fast as it was asked for. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { holdConnection, holdSubscription, resumeSubscription, type CatchUpMode } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

const rows = <Row>(sql: string) => scene.database.db.query<Row>(sql);

function pause(): Promise<void> {
  const { accountId, subscriptionIds } = scene.seed;
  return scene.change((tx) => holdSubscription(tx, accountId, subscriptionIds[0]!, null));
}

function resume(catchUp: CatchUpMode, perSecond: number | null = null): Promise<void> {
  const { accountId, subscriptionIds } = scene.seed;
  return scene.change((tx) => resumeSubscription(tx, accountId, subscriptionIds[0]!, { catchUp, perSecond }));
}

function about(site: number) {
  return recordOf(scene.seed, { subject: `website/${site}`, value: JSON.stringify({ event: "x", site }) });
}

async function catchUpIsOver(): Promise<void> {
  await eventually(async () =>
    expect(await rows("SELECT catch_up FROM subscription")).toEqual([{ catch_up: null }]),
  );
}

test("a paused subscription goes on matching, and on resume all of it arrives in order", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  await scene.change((tx) =>
    tx.query("UPDATE subscription_version SET concurrency = 1").then(() => undefined),
  );
  const { bus } = await scene.start();
  await pause();
  for (let site = 1; site <= 8; site += 1) await bus.hand([about(site)]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(receiver.requests).toHaveLength(0);
  expect(await rows("SELECT FROM queue WHERE claimed_epoch IS NULL AND attempts = 0")).toHaveLength(8);
  await resume("all");
  await eventually(async () => expect(receiver.requests).toHaveLength(8));
  expect(receiver.requests.map((each) => JSON.parse(each.body.toString()).site)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8,
  ]);
  await catchUpIsOver();
});

test("a pause takes back what is in hand and not started, without doubt", async () => {
  const gate = Promise.withResolvers<number>();
  await using receiver = await openReceiver(answers(() => gate.promise));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await bus.hand(Array.from({ length: 40 }, (_, site) => about(site)));
  await eventually(async () => expect(receiver.requests).toHaveLength(4));
  await pause();
  await eventually(async () =>
    expect(await rows("SELECT FROM queue WHERE claimed_epoch IS NULL")).toHaveLength(36),
  );
  gate.resolve(204);
  await eventually(async () => expect(await rows("SELECT FROM queue")).toHaveLength(36));
  expect(await rows("SELECT FROM queue WHERE possibly_sent")).toEqual([]);
  expect(receiver.requests).toHaveLength(4);
});

test("latest-per-subject sends the newest of each website and says of the others why not", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await pause();
  for (const site of [1, 2, 1, 1, 2]) await bus.hand([about(site)]);
  await resume("latest-per-subject");
  await eventually(async () => expect(receiver.requests).toHaveLength(2));
  await catchUpIsOver();
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([
      { state: "skipped", reason: "superseded" },
      { state: "skipped", reason: "superseded" },
      { state: "skipped", reason: "superseded" },
      { state: "delivered" },
      { state: "delivered" },
    ]),
  );
});

test("none skips what waited, and what comes after the resume is sent", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await pause();
  await bus.hand([about(1), about(2)]);
  await resume("none");
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([
      { state: "skipped", reason: "not_caught_up" },
      { state: "skipped", reason: "not_caught_up" },
    ]),
  );
  await catchUpIsOver();
  await bus.hand([about(3)]);
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
});

test("a backlog drains at the rate that was asked for", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await pause();
  await bus.hand(Array.from({ length: 20 }, (_, site) => about(site)));
  const resumedAt = performance.now();
  await resume("all", 10);
  await eventually(async () => expect(receiver.requests).toHaveLength(20));
  // A quarter of a second's worth goes at once.
  expect(performance.now() - resumedAt).toBeGreaterThan(1_500);
  await catchUpIsOver();
});

test("a backlog that is in order drains at that rate to its last, although only one of a subject is ever due", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`, { ordered: true });
  const { bus } = await scene.start();
  await pause();
  await bus.hand(Array.from({ length: 16 }, (_, n) => about(n % 2)));
  const resumedAt = performance.now();
  await resume("all", 8);
  // What comes meanwhile does not end it.
  await eventually(async () => expect(receiver.requests.length).toBeGreaterThan(3));
  await bus.hand([about(3)]);
  await eventually(async () => expect(receiver.requests).toHaveLength(17));
  expect(performance.now() - resumedAt).toBeGreaterThan(1_500);
  await catchUpIsOver();
});

test("a resume with nothing waiting is dealt with at once", async () => {
  await scene.seedWebhook("https://example.com/");
  await scene.start();
  await pause();
  await resume("latest-per-subject");
  await eventually(async () =>
    expect(await rows("SELECT catch_up FROM subscription")).toEqual([{ catch_up: null }]),
  );
});

test("a pause holds over a restart", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const first = await scene.start();
  await pause();
  await first.bus.hand([about(1)]);
  await first.dispatcher.stop();
  await scene.start();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(receiver.requests).toHaveLength(0);
  await resume("all");
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
});

test("a delivery that was edited is sent with its own input", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await pause();
  await bus.hand([about(1)]);
  await rows('UPDATE queue SET input = \'{"payload": "envelope"}\'');
  await resume("all");
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
  expect(JSON.parse(receiver.requests[0]!.body.toString())).toMatchObject({ data: { site: 1 } });
});

test("what waits for a paused subscription ends when that is deleted", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await pause();
  await bus.hand([about(1), about(2)]);
  await scene.change((tx) =>
    tx.query("UPDATE subscription SET deleted_at = now(), version = version + 1").then(() => undefined),
  );
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([
      { state: "dead", reason: "subscription_deleted" },
      { state: "dead", reason: "subscription_deleted" },
    ]),
  );
  expect(receiver.requests).toHaveLength(0);
});

test("a subscription that leaves a paused connection goes on over its new one", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  const { accountId, connectionId } = scene.seed;
  await scene.change((tx) => holdConnection(tx, accountId, connectionId, null));
  await bus.hand([about(1)]);
  await scene.change(async (tx) => {
    const second = await scene.addInboxConnection(tx);
    await tx.query(
      `INSERT INTO subscription_version
         (subscription_id, account_id, version, revision, enabled, connection_id, event_types, action, input)
       SELECT subscription_id, account_id, 2, revision, enabled, $1, event_types, 'inbox.keep', input
       FROM subscription_version`,
      [second],
    );
    await tx.query("UPDATE subscription SET version = 2, connection_id = $1", [second]);
  });
  await bus.hand([about(2)]);
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([{ state: null }, { state: "delivered" }]),
  );
  await eventually(async () =>
    expect(await rows("SELECT reason, attempts FROM queue WHERE claimed_epoch IS NULL")).toEqual([
      { reason: "paused", attempts: 0 },
    ]),
  );
  expect(receiver.requests).toHaveLength(0);
});
