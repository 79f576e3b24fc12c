/** The dispatcher as a whole, on a real database, fed batch by batch. */
import { randomBytes } from "node:crypto";
import { never } from "@stellwerk/connector-kit";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { builtInConnectors } from "@stellwerk/connectors";
import { deliveryIdOf, formatId, newUuid } from "@stellwerk/delivery";
import { raiseRevision, routedOffset, updateSubscription } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

/** Sends that a lane begins with: it earns more by what arrives. */
const FIRST_OF_A_LANE = 4;

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

test("an event reaches the inbox of a subscription that matches, and no other", async () => {
  await scene.seedInbox({ eventTypes: ["website_created"] });
  const { bus } = await scene.start();
  expect(await bus.hand([recordOf(scene.seed), recordOf(scene.seed, { type: "log_created" })])).toEqual({
    dead: [],
  });
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([{ state: "delivered", attempts: 1 }]),
  );
  expect(await scene.database.db.query("SELECT type FROM event ORDER BY id")).toHaveLength(2);
});

test("a webhook gets the bytes that came in, and the same id when it is tried again", async () => {
  await using receiver = await openReceiver(answers((n) => (n === 0 ? 503 : 204)));
  await scene.seedWebhook(`${receiver.url}/`, { retryScheduleMs: [50] });
  const { bus } = await scene.start();
  const value = '{ "event":"website_created",\n "extra": 1.0 }';
  await bus.hand([recordOf(scene.seed, { value })]);
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([{ state: "delivered", attempts: 2 }]),
  );
  expect(receiver.requests.map((each) => each.body.toString())).toEqual([value, value]);
  const ids = receiver.requests.map((each) => each.headers["webhook-id"]);
  expect(ids[0]).toMatch(/^dlv_/);
  expect(ids[1]).toBe(ids[0]);
  expect(
    await scene.database.db.query("SELECT number, outcome, reply_status FROM attempt ORDER BY number"),
  ).toEqual([
    { number: 1, outcome: "retry", reply_status: 503 },
    { number: 2, outcome: "delivered", reply_status: 204 },
  ]);
});

test("a delivery whose schedule ran out is dead, and says after how many attempts", async () => {
  await using receiver = await openReceiver(answers(() => 500));
  await scene.seedWebhook(`${receiver.url}/`, { retryScheduleMs: [20, 20] });
  const { bus } = await scene.start();
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([{ state: "dead", reason: "exhausted", attempts: 3 }]),
  );
  expect(receiver.requests).toHaveLength(3);
});

test("a batch that comes again delivers nothing twice", async () => {
  await scene.seedInbox();
  const { bus } = await scene.start();
  const batch = [recordOf(scene.seed), recordOf(scene.seed)];
  await bus.hand(batch);
  await bus.hand([...batch, recordOf(scene.seed)]);
  await eventually(async () => {
    const states = (await scene.deliveries()).map((each) => each.state);
    expect(states).toEqual(["delivered", "delivered", "delivered"]);
  });
});

test("a rule saved just before an event is not missed, even when its notification is late", async () => {
  await scene.seedInbox({ eventTypes: ["log_created"] });
  const { bus } = await scene.start();
  await bus.hand([recordOf(scene.seed)]);
  await scene.database.db.transaction(async (tx) => {
    const revision = await raiseRevision(tx, scene.seed.accountId);
    await updateSubscription(tx, scene.seed.accountId, revision, {
      id: scene.seed.subscriptionIds[0]!,
      version: 1,
      name: "Now all",
      enabled: true,
      connectionId: scene.seed.connectionId,
      eventTypes: ["*"],
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
  const record = recordOf(scene.seed);
  await bus.hand([record]);
  await eventually(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
  const [event] = await scene.database.db.query<{ revision: number }>(
    "SELECT revision FROM event ORDER BY id DESC LIMIT 1",
  );
  expect(event?.revision).toBe(3);
});

test("one record that the store refuses goes to the dead topic, the rest of its batch is delivered", async () => {
  await scene.seedInbox();
  const { bus } = await scene.start();
  const subject = randomBytes(8_000).toString("base64");
  const batch = [
    recordOf(scene.seed),
    recordOf(scene.seed),
    recordOf(scene.seed, { subject }),
    recordOf(scene.seed),
  ];
  const culprit = batch[2]!;
  const { dead } = await bus.hand(batch);
  expect(dead).toEqual([{ offset: culprit.offset, reason: expect.stringContaining("The store refused it") }]);
  expect(await scene.database.db.query("SELECT FROM event")).toHaveLength(3);
  // Not past the culprit: the bus has yet to put it aside.
  expect(await routedOffset(scene.database.db, "events", 1)).toBe(culprit.offset);
});

test("a record of an account that does not exist goes to the dead topic", async () => {
  await scene.seedInbox();
  const { bus } = await scene.start();
  const stranger = recordOf(scene.seed, { accountId: newUuid() });
  const { dead } = await bus.hand([recordOf(scene.seed), stranger]);
  expect(dead).toEqual([
    { offset: stranger.offset, reason: expect.stringContaining("there is no account acc_") },
  ]);
  expect(await scene.database.db.query("SELECT FROM event")).toHaveLength(1);
});

test("a dispatcher that comes up after a crash sends what was in flight again, marked possibly sent", async () => {
  const gate = Promise.withResolvers<number>();
  await using receiver = await openReceiver(answers((n) => (n === 0 ? gate.promise : 204)));
  await scene.seedWebhook(`${receiver.url}/`);
  const before = await scene.start();
  const id = newUuid();
  await before.bus.hand([recordOf(scene.seed, { id })]);
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
  await scene.thinkAllDead();
  await scene.start();
  await eventually(async () => {
    expect(await scene.deliveries()).toMatchObject([{ state: "delivered", possibly_sent: true }]);
  });
  const expected = formatId("dlv", deliveryIdOf(id, scene.seed.subscriptionIds[0]!));
  expect(receiver.requests.map((each) => each.headers["webhook-id"])).toEqual([expected, expected]);
  // The one before answers late: its write is fenced off.
  gate.resolve(500);
  await before.dispatcher.stop();
  expect(await scene.deliveries()).toMatchObject([{ state: "delivered", attempts: 1 }]);
});

test("stopping finishes what is in flight and leaves what was not started without doubt", async () => {
  const gate = Promise.withResolvers<number>();
  await using receiver = await openReceiver(answers(() => gate.promise));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus, dispatcher } = await scene.start();
  await bus.hand(Array.from({ length: 40 }, () => recordOf(scene.seed)));
  await eventually(async () => expect(receiver.requests).toHaveLength(FIRST_OF_A_LANE));
  const stopped = dispatcher.stop();
  gate.resolve(204);
  await stopped;
  const states = await scene.database.db.query(
    "SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state",
  );
  expect(states).toEqual([
    { state: "delivered", count: FIRST_OF_A_LANE },
    { state: null, count: 40 - FIRST_OF_A_LANE },
  ]);
  expect(await scene.database.db.query("SELECT DISTINCT claimed_epoch, possibly_sent FROM queue")).toEqual([
    { claimed_epoch: null, possibly_sent: false },
  ]);
});

test("a backlog far beyond what a lane holds in memory drains to the last delivery", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  for (let batch = 0; batch < 4; batch += 1)
    await bus.hand(Array.from({ length: 300 }, () => recordOf(scene.seed)));
  await eventually(async () => {
    const [row] = await scene.database.db.query<{ count: number }>(
      "SELECT count(*) FROM delivery WHERE state = 'delivered'",
    );
    expect(row?.count).toBe(1_200);
  });
  expect(new Set(receiver.requests.map((each) => each.headers["webhook-id"])).size).toBe(1_200);
  expect(receiver.requests).toHaveLength(1_200);
});

test("a batch that makes more deliveries than one transaction takes is routed in parts", async () => {
  await scene.seedInbox({ subscriptions: 3_000 });
  const { bus } = await scene.start();
  const batch = Array.from({ length: 4 }, () => recordOf(scene.seed));
  expect(await bus.hand(batch)).toEqual({ dead: [] });
  expect(await routedOffset(scene.database.db, "events", 1)).toBe(batch[3]!.offset + 1n);
  const [row] = await scene.database.db.query<{ made: number; transactions: number }>(
    "SELECT count(*) AS made, count(DISTINCT xmin::text) AS transactions FROM event",
  );
  expect(row).toEqual({ made: 4, transactions: 2 });
  expect(await scene.database.db.query("SELECT FROM delivery")).toHaveLength(12_000);
});

test("a connector that answers nonsense costs its delivery an attempt, and not the process", async () => {
  const inbox = builtInConnectors.find((each) => each.id === "inbox")!;
  const keep = { ...inbox.actions["keep"]!, deliver: () => Promise.resolve({} as never) };
  await scene.seedInbox();
  const { bus } = await scene.start({ connectors: [{ ...inbox, actions: { keep } }] });
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () =>
    expect(await scene.database.db.query("SELECT reason, attempts, claimed_epoch FROM queue")).toEqual([
      { reason: "internal_error", attempts: 1, claimed_epoch: null },
    ]),
  );
});

test("nonsense from an action that cannot be repeated is held for a person, and not sent once more", async () => {
  const inbox = builtInConnectors.find((each) => each.id === "inbox")!;
  let calls = 0;
  const deliver = () => {
    calls += 1;
    return Promise.resolve({} as never);
  };
  const keep = { ...inbox.actions["keep"]!, repeat: never({ inDoubt: "hold" }), deliver };
  await scene.seedInbox();
  const { bus } = await scene.start({ connectors: [{ ...inbox, actions: { keep } }] });
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () =>
    expect(await scene.database.db.query("SELECT reason, possibly_sent FROM queue WHERE held")).toEqual([
      { reason: "in_doubt", possibly_sent: true },
    ]),
  );
  expect(calls).toBe(1);
});

test("a mistake before the call leaves no doubt: nothing was sent", async () => {
  const inbox = builtInConnectors.find((each) => each.id === "inbox")!;
  const serialiseBy = () => {
    throw new Error("a connector's mistake");
  };
  const keep = { ...inbox.actions["keep"]!, repeat: never({ inDoubt: "hold" }), serialiseBy };
  await scene.seedInbox();
  const { bus } = await scene.start({ connectors: [{ ...inbox, actions: { keep } }] });
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () =>
    expect(
      await scene.database.db.query("SELECT reason, attempts, possibly_sent, started_at, held FROM queue"),
    ).toEqual([
      { reason: "internal_error", attempts: 1, possibly_sent: false, started_at: null, held: false },
    ]),
  );
});

test.each(["hold", "resend"] as const)(
  "an action that cannot be repeated is, after a restored backup, on its word: %s",
  async (inDoubt) => {
    const inbox = builtInConnectors.find((each) => each.id === "inbox")!;
    const keep = { ...inbox.actions["keep"]!, repeat: never({ inDoubt }) };
    await scene.seedInbox();
    const { bus } = await scene.start({ connectors: [{ ...inbox, actions: { keep } }] });
    const before = recordOf(scene.seed);
    const after = recordOf(scene.seed);
    await bus.hand([before, after], after.offset);
    const held = { state: null, possibly_sent: true };
    const sent = { state: "delivered", possibly_sent: true };
    // Two events of one millisecond have their deliveries in any order.
    const marked = async () =>
      (await scene.deliveries()).toSorted((a, b) => Number(b.possibly_sent) - Number(a.possibly_sent));
    await eventually(async () =>
      expect(await marked()).toMatchObject([
        inDoubt === "hold" ? held : sent,
        { state: "delivered", possibly_sent: false },
      ]),
    );
    expect(await scene.database.db.query("SELECT reason, claimed_epoch FROM queue WHERE held")).toEqual(
      inDoubt === "hold" ? [{ reason: "in_doubt", claimed_epoch: null }] : [],
    );
  },
);
