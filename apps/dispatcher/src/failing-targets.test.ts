/** Targets that fail, ask to wait, are gone or are set up wrongly: what becomes of their deliveries, and who hears of it. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { builtInConnectors } from "@stellwerk/connectors";
import { newUuid } from "@stellwerk/delivery";
import { insertSubscription, updateConnection } from "@stellwerk/store";
import type { Outcome } from "@stellwerk/connector-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

/** Opens at the third failure, looks again soon. */
const QUICK_BREAKER = {
  failuresToOpen: 3,
  timeoutsToOpen: 3,
  quietMs: 0,
  firstProbeMs: 300,
  longestProbeMs: 600,
};

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

const rows = <Row>(sql: string) => scene.database.db.query<Row>(sql);
const told = async () =>
  (await rows<{ type: string }>("SELECT type FROM event WHERE type LIKE 'stellwerk.%' ORDER BY id")).map(
    (row) => row.type,
  );
const events = (count: number) => Array.from({ length: count }, () => recordOf(scene.seed));

/** An inbox whose action comes to what the test says. */
function inboxThat(deliver: (n: number) => Outcome | Promise<Outcome>) {
  const inbox = builtInConnectors.find((each) => each.id === "inbox")!;
  let n = 0;
  const keep = { ...inbox.actions["keep"]!, deliver: async () => deliver(n++) };
  return [{ ...inbox, actions: { keep } }];
}

const DELIVERED: Outcome = { kind: "delivered", summary: { en: "Kept" } };

test("410 stops the subscription: the delivery ends, what comes later waits, and people are told once", async () => {
  await using receiver = await openReceiver(answers(() => 410));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await bus.hand(events(1));
  await eventually(async () => {
    expect(await scene.deliveries()).toMatchObject([{ state: "dead", reason: "gone" }]);
    expect(await rows("SELECT paused_reason FROM subscription")).toEqual([{ paused_reason: "gone" }]);
    expect(await told()).toEqual(["stellwerk.subscription_stopped"]);
  });
  await bus.hand(events(3));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(receiver.requests).toHaveLength(1);
  expect(await rows("SELECT DISTINCT claimed_epoch FROM queue")).toEqual([{ claimed_epoch: null }]);
});

test("while the breaker is open deliveries wait without an attempt, and drain when the target works again", async () => {
  let works = false;
  await using receiver = await openReceiver(answers(() => (works ? 204 : 500)));
  await scene.seedWebhook(`${receiver.url}/`, { retryScheduleMs: [1_000, 1_000, 1_000] });
  const { bus } = await scene.start({ breaker: QUICK_BREAKER });
  await bus.hand(events(4));
  await eventually(async () =>
    expect(await rows("SELECT breaker, reason FROM target_health")).toEqual([
      { breaker: "open", reason: "http_status" },
    ]),
  );
  await bus.hand(events(20));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  // Only probes went out, at most one in 300 ms.
  expect(receiver.requests.length).toBeLessThan(12);
  expect(await rows("SELECT FROM queue WHERE attempts = 0")).toHaveLength(20);
  works = true;
  await eventually(async () =>
    expect(await rows("SELECT state FROM delivery WHERE state = 'delivered'")).toHaveLength(24),
  );
  expect(await rows("SELECT FROM target_health")).toEqual([]);
  await eventually(async () =>
    expect(await told()).toEqual(["stellwerk.breaker_opened", "stellwerk.breaker_closed"]),
  );
});

test("an open breaker stays open over a restart", async () => {
  await using receiver = await openReceiver(answers(() => 500));
  await scene.seedWebhook(`${receiver.url}/`);
  const breaker = { ...QUICK_BREAKER, firstProbeMs: 60_000, longestProbeMs: 60_000 };
  const first = await scene.start({ breaker });
  await first.bus.hand(events(6));
  await eventually(async () =>
    expect(await rows("SELECT FROM target_health WHERE breaker = 'open'")).toHaveLength(1),
  );
  await first.dispatcher.stop();
  const requests = receiver.requests.length;
  const second = await scene.start({ breaker });
  await second.bus.hand(events(5));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(receiver.requests).toHaveLength(requests);
});

test("after so long of nothing but failure the subscription is stopped, with a warning before", async () => {
  await using receiver = await openReceiver(answers(() => 500));
  await scene.seedWebhook(`${receiver.url}/`, { retryScheduleMs: [1_000, 1_000, 1_000] });
  const { bus } = await scene.start({
    breaker: { ...QUICK_BREAKER, firstProbeMs: 200, longestProbeMs: 200, stopAfterMs: 3_500 },
  });
  await bus.hand(events(4));
  await eventually(async () =>
    expect(await rows("SELECT paused_reason FROM subscription")).toEqual([{ paused_reason: "failing" }]),
  );
  await eventually(async () => expect((await told()).at(-1)).toBe("stellwerk.subscription_stopped"));
  expect(await told()).toContain("stellwerk.subscription_failing");
  // Nothing of it is lost: everything waits, and whoever resumes it begins anew.
  expect(await rows("SELECT FROM queue WHERE NOT held")).toHaveLength(4);
  await eventually(async () => expect(await rows("SELECT FROM target_health")).toEqual([]));
});

test("a target that asks to wait pauses its connection, and that costs no attempt", async () => {
  const started: number[] = [];
  const limited: Outcome = { kind: "rate_limited", reason: "rate_limited", detail: "Wait", afterMs: 1_200 };
  await scene.seedInbox({ subscriptions: 2 });
  const { bus } = await scene.start({
    connectors: inboxThat((n) => {
      started.push(performance.now());
      return n === 0 ? limited : DELIVERED;
    }),
  });
  await bus.hand(events(1));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = started.length;
  await bus.hand(events(3));
  await eventually(async () =>
    expect(await rows("SELECT attempts FROM delivery WHERE state = 'delivered'")).toHaveLength(8),
  );
  expect(before).toBeLessThanOrEqual(2);
  const waited = started[before]! - started[before - 1]!;
  expect(waited).toBeGreaterThan(900);
  expect(await rows("SELECT DISTINCT attempts FROM delivery")).toEqual([{ attempts: 1 }]);
});

test("credentials that are refused pause the connection with one alert, and mending it lets all go on", async () => {
  let mended = false;
  await scene.seedInbox({ subscriptions: 2 });
  const refused: Outcome = { kind: "auth", reason: "auth", detail: "Reconnect", step: "reconnect" };
  const { bus } = await scene.start({ connectors: inboxThat(() => (mended ? DELIVERED : refused)) });
  await bus.hand(events(3));
  await eventually(async () =>
    expect(await rows("SELECT paused_reason FROM connection")).toEqual([{ paused_reason: "auth" }]),
  );
  await eventually(async () => expect(await told()).toEqual(["stellwerk.connection_broken"]));
  await eventually(async () =>
    expect(await rows("SELECT FROM queue WHERE claimed_epoch IS NULL")).toHaveLength(6),
  );
  mended = true;
  await scene.change(async (tx) => {
    await tx.query("UPDATE connection SET paused_at = NULL, paused_reason = NULL, resumed_at = now()");
  });
  await eventually(async () =>
    expect(await rows("SELECT FROM delivery WHERE state = 'delivered'")).toHaveLength(6),
  );
  expect(await rows("SELECT DISTINCT attempts FROM delivery")).toEqual([{ attempts: 1 }]);
});

test("what is set up wrongly pauses its subscription", async () => {
  await scene.seedInbox();
  const wrong: Outcome = { kind: "misconfigured", reason: "misconfigured", detail: "No such channel" };
  const { bus } = await scene.start({ connectors: inboxThat(() => wrong) });
  await bus.hand(events(1));
  await eventually(async () =>
    expect(await rows("SELECT paused_reason, paused_detail FROM subscription")).toEqual([
      { paused_reason: "misconfigured", paused_detail: "No such channel" },
    ]),
  );
  expect(await rows("SELECT state FROM delivery")).toEqual([{ state: null }]);
});

test("what waited because its rule was set up wrongly is sent as the rule is after it was mended", async () => {
  await scene.seedInbox({ input: {} });
  const wrong: Outcome = { kind: "misconfigured", reason: "misconfigured", detail: "No such channel" };
  let isMended = false;
  let tries = 0;
  const { bus } = await scene.start({
    // The old version stays wrong: as often as there are deliveries at most it is asked.
    connectors: inboxThat(() => ((tries += 1), isMended && tries > 4 ? DELIVERED : wrong)),
  });
  await bus.hand(events(3));
  await eventually(async () =>
    expect(await rows("SELECT paused_reason FROM subscription")).toEqual([
      { paused_reason: "misconfigured" },
    ]),
  );
  await eventually(async () =>
    expect(await rows("SELECT FROM queue WHERE claimed_epoch IS NULL")).toHaveLength(3),
  );
  tries = 3;
  isMended = true;
  await scene.change(async (tx, revision) => {
    await tx.query(
      `INSERT INTO subscription_version
         (subscription_id, account_id, version, revision, enabled, connection_id, event_types, action, input)
       SELECT subscription_id, account_id, 2, ${revision}, enabled, connection_id, event_types, action, input
       FROM subscription_version`,
    );
    await tx.query(
      "UPDATE subscription SET version = 2, paused_at = NULL, paused_reason = NULL, resumed_at = now()",
    );
  });
  await eventually(async () =>
    expect(await rows("SELECT state FROM delivery")).toEqual([1, 2, 3].map(() => ({ state: "delivered" }))),
  );
  expect(await told()).toEqual(["stellwerk.subscription_stopped"]);
});

test("a subscription that somebody changed while it was tried is not paused for what it was before", async () => {
  await scene.seedInbox();
  const wrong: Outcome = { kind: "misconfigured", reason: "misconfigured", detail: "No such channel" };
  const { bus } = await scene.start({
    connectors: inboxThat(async (n) => {
      if (n > 0) return DELIVERED;
      await scene.change(async (tx) => {
        await tx.query(
          `INSERT INTO subscription_version
             (subscription_id, account_id, version, revision, enabled, connection_id, event_types, action, input)
           SELECT subscription_id, account_id, 2, revision, enabled, connection_id, event_types, action, input
           FROM subscription_version`,
        );
        await tx.query("UPDATE subscription SET version = 2");
      });
      return wrong;
    }),
  });
  await bus.hand(events(1));
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([{ state: "delivered", attempts: 1 }]),
  );
  expect(await rows("SELECT paused_reason FROM subscription")).toEqual([{ paused_reason: null }]);
});

test("a reason that the store does not take as it is ends nothing: it is kept as far as it can be", async () => {
  await scene.seedInbox();
  const wrong: Outcome = { kind: "misconfigured", reason: "misconfigured", detail: "No such\0 channel" };
  const { bus } = await scene.start({ connectors: inboxThat(() => wrong) });
  await bus.hand(events(1));
  await eventually(async () =>
    expect(await rows("SELECT paused_detail FROM subscription")).toEqual([
      { paused_detail: "No such\uFFFD channel" },
    ]),
  );
  await eventually(async () =>
    expect(await rows("SELECT FROM queue WHERE claimed_epoch IS NULL")).toHaveLength(1),
  );
});

test("an alert whose own target fails is told to nobody", async () => {
  await using receiver = await openReceiver(answers(() => 410));
  await scene.seedWebhook(`${receiver.url}/`, { eventTypes: ["website_created"] });
  const alertId = newUuid();
  await scene.change(async (tx, revision) => {
    await insertSubscription(tx, scene.seed.accountId, revision, alertId, {
      name: "Alerts",
      enabled: true,
      connectionId: scene.seed.connectionId,
      eventTypes: ["stellwerk.subscription_stopped"],
      action: "webhook.send",
      input: {},
      condition: null,
      retryScheduleMs: null,
      maxAgeMs: null,
      concurrency: null,
      perSecond: null,
      ordered: false,
      onRejected: "skip",
      settleMs: null,
    });
  });
  const { bus } = await scene.start();
  await bus.hand(events(1));
  await eventually(async () =>
    expect(await rows("SELECT paused_reason FROM subscription")).toEqual([
      { paused_reason: "gone" },
      { paused_reason: "gone" },
    ]),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await told()).toEqual(["stellwerk.subscription_stopped"]);
  expect(receiver.requests).toHaveLength(2);
});

test("the fourth failed attempt and the last one are told", async () => {
  await scene.seedInbox({ retryScheduleMs: [1_000, 1_000, 1_000, 1_000] });
  const failed: Outcome = { kind: "retry", reason: "http_status", detail: "503" };
  const { bus } = await scene.start({ connectors: inboxThat(() => failed) });
  await bus.hand(events(1));
  await eventually(async () =>
    expect(await told()).toEqual(["stellwerk.delivery_failing", "stellwerk.delivery_exhausted"]),
  );
  expect(await scene.deliveries()).toMatchObject([{ state: "dead", reason: "exhausted", attempts: 5 }]);
});

test("a hanging target holds a few slots of its own, and the next target's delivery arrives at once", async () => {
  const gate = Promise.withResolvers<number>();
  await using hanging = await openReceiver(answers(() => gate.promise));
  await scene.seedWebhook(`${hanging.url}/`, { eventTypes: ["log_created"] });
  await scene.change(async (tx, revision) => {
    await insertSubscription(tx, scene.seed.accountId, revision, newUuid(), {
      name: "Inbox",
      enabled: true,
      connectionId: await scene.addInboxConnection(tx),
      eventTypes: ["website_created"],
      action: "inbox.keep",
      input: {},
      condition: null,
      retryScheduleMs: null,
      maxAgeMs: null,
      concurrency: null,
      perSecond: null,
      ordered: false,
      onRejected: "skip",
      settleMs: null,
    });
  });
  const { bus } = await scene.start();
  await bus.hand(Array.from({ length: 400 }, () => recordOf(scene.seed, { type: "log_created" })));
  await bus.hand(events(1));
  await eventually(async () =>
    expect(await rows("SELECT FROM delivery WHERE state = 'delivered'")).toHaveLength(1),
  );
  expect(hanging.requests.length).toBeLessThanOrEqual(4);
  gate.resolve(204);
});

test("a changed address is tried at once, whatever the breaker said of the old one", async () => {
  await using dead = await openReceiver(answers(() => 500));
  await using alive = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${dead.url}/`, { retryScheduleMs: [1_000] });
  const breaker = { ...QUICK_BREAKER, firstProbeMs: 60_000, longestProbeMs: 60_000 };
  const { bus } = await scene.start({ breaker });
  await bus.hand(events(6));
  await eventually(async () =>
    expect(await rows("SELECT FROM target_health WHERE breaker = 'open'")).toHaveLength(1),
  );
  const [{ version, secrets_sealed: secretsSealed }] = (await rows(
    "SELECT version, secrets_sealed FROM connection",
  )) as [{ version: number; secrets_sealed: Buffer }];
  const { accountId, connectionId } = scene.seed;
  await scene.change(async (tx) => {
    const settings = { url: `${alive.url}/` };
    await updateConnection(tx, accountId, {
      id: connectionId,
      version,
      name: "New",
      settings,
      secretsSealed,
    });
  });
  await eventually(async () =>
    expect(await rows("SELECT FROM delivery WHERE state = 'delivered'")).toHaveLength(6),
  );
});
