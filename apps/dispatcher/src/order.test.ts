/** Deliveries of one subject in bus order, over both ordered subscriptions of a connection. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { cancelDelivery, holdSubscription, resumeSubscription, runDelivery } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

const ORDERED = { subscriptions: 2, ordered: true } as const;
const rows = <Row>(sql: string) => scene.database.db.query<Row>(sql);

function about(site: number, step: number) {
  return recordOf(scene.seed, {
    subject: `website/${site}`,
    value: JSON.stringify({ event: "x", site, step }),
  });
}

interface Sent {
  readonly site: number;
  readonly step: number;
}

const read = (request: { readonly body: Buffer }): Sent => JSON.parse(request.body.toString()) as Sent;
const pairs = (sent: readonly Sent[]) => sent.map(({ site, step }) => `${site}.${step}`);

/** Each event goes out once for each of the two. */
const twice = (site: number, steps: readonly number[]) =>
  steps.flatMap((step) => [`${site}.${step}`, `${site}.${step}`]);

test("a subject's deliveries go out one by one in bus order, over retries, while other subjects go on", async () => {
  let running = 0;
  let most = 0;
  const failed = new Set<string>();
  await using receiver = await openReceiver((response, request) => {
    const { site, step } = read(request);
    if (site === 1) most = Math.max(most, (running += 1));
    // The second one of the first site fails once.
    const fails = site === 1 && step === 2 && !failed.has("1.2");
    if (fails) failed.add("1.2");
    setTimeout(() => {
      if (site === 1) running -= 1;
      response.writeHead(fails ? 503 : 204).end();
    }, 20);
  });
  await scene.seedWebhook(`${receiver.url}/`, { ...ORDERED, retryScheduleMs: [1_000] });
  const { bus } = await scene.start();
  await bus.hand([about(1, 1), about(1, 2), about(1, 3), about(2, 1), about(2, 2)]);
  await bus.hand([about(1, 4)]);
  await eventually(async () => expect(await rows("SELECT FROM queue")).toEqual([]));
  const sent = receiver.requests.map(read);
  expect(pairs(sent.filter(({ site }) => site === 1))).toEqual([
    "1.1",
    "1.1",
    "1.2",
    "1.2",
    "1.2",
    "1.3",
    "1.3",
    "1.4",
    "1.4",
  ]);
  expect(most).toBe(1);
  // The other one was through while the first waited for its retry.
  const others = pairs(sent).lastIndexOf("2.2");
  expect(others).toBeLessThan(pairs(sent).indexOf("1.3"));
});

test("the order holds over a restart in the middle of it", async () => {
  await using receiver = await openReceiver(
    (response) => void setTimeout(() => response.writeHead(204).end(), 15),
  );
  await scene.seedWebhook(`${receiver.url}/`, ORDERED);
  const first = await scene.start();
  const steps = Array.from({ length: 12 }, (_, index) => index + 1);
  await first.bus.hand(steps.map((step) => about(1, step)));
  await eventually(async () => expect(receiver.requests.length).toBeGreaterThan(5));
  await first.dispatcher.stop();
  await scene.start();
  await eventually(async () => expect(await rows("SELECT FROM queue")).toEqual([]));
  expect(pairs(receiver.requests.map(read))).toEqual(twice(1, steps));
});

test("a paused subscription's one keeps the other subscription's waiting, and after the resume the order goes on", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`, ORDERED);
  const { accountId, subscriptionIds } = scene.seed;
  await scene.change((tx) => holdSubscription(tx, accountId, subscriptionIds[0]!, null));
  const { bus } = await scene.start();
  // Whose comes first of one event is by the ids: the paused one's may be second there, and is first at the second event.
  await bus.hand([about(1, 1), about(1, 2), about(1, 3)]);
  await eventually(async () => expect(await rows("SELECT FROM queue WHERE NOT behind")).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(receiver.requests.length).toBeLessThanOrEqual(1);
  const options = { catchUp: "all", perSecond: null } as const;
  await scene.change((tx) => resumeSubscription(tx, accountId, subscriptionIds[0]!, options));
  await eventually(async () => expect(receiver.requests).toHaveLength(6));
  expect(pairs(receiver.requests.map(read))).toEqual(twice(1, [1, 2, 3]));
});

test("one that is given up lets those behind it go on, unless its subscription says that it blocks", async () => {
  await using receiver = await openReceiver((response, request) => {
    response.writeHead(read(request).step === 1 ? 400 : 204).end();
  });
  await scene.seedWebhook(`${receiver.url}/`, { ordered: true, retryScheduleMs: [] });
  const { bus } = await scene.start();
  await bus.hand([about(1, 1), about(1, 2)]);
  await eventually(async () => expect(receiver.requests).toHaveLength(2));
  await eventually(async () =>
    // Their ids are in no order within a millisecond.
    expect(
      (await scene.deliveries())
        .map((each) => each.state)
        .toSorted((a, b) => String(a).localeCompare(String(b))),
    ).toEqual(["dead", "delivered"]),
  );
});

test("a delivery that blocks is held until it is dropped or run again, and people are told once", async () => {
  let accepts = false;
  await using receiver = await openReceiver((response, request) => {
    response.writeHead(read(request).step === 1 && !accepts ? 400 : 204).end();
  });
  await scene.seedWebhook(`${receiver.url}/`, { ordered: true, onRejected: "block", retryScheduleMs: [] });
  const { bus } = await scene.start();
  await bus.hand([about(1, 1), about(1, 2), about(2, 1), about(2, 2)]);
  const held = () =>
    rows<{ id: string; reason: string }>(
      "SELECT delivery_id AS id, reason FROM queue WHERE held ORDER BY seq",
    );
  await eventually(async () =>
    expect(await held()).toMatchObject([{ reason: "blocking" }, { reason: "blocking" }]),
  );
  expect(receiver.requests).toHaveLength(2);
  await eventually(async () =>
    expect(await rows("SELECT type FROM event WHERE type LIKE 'stellwerk.%'")).toEqual([
      { type: "stellwerk.delivery_held" },
      { type: "stellwerk.delivery_held" },
    ]),
  );
  const [first, second] = (await held()).map(({ id }) => id) as [string, string];
  accepts = true;
  const { accountId } = scene.seed;
  const [{ partition }] = (await rows("SELECT partition FROM queue LIMIT 1")) as [{ partition: number }];
  const { db } = scene.database;
  await db.transaction((tx) => cancelDelivery(tx, { accountId, id: first, partition }, "Dropped"));
  await eventually(async () => expect(receiver.requests).toHaveLength(3));
  await db.transaction((tx) => runDelivery(tx, { accountId, id: second, partition }));
  await eventually(async () => expect(receiver.requests).toHaveLength(5));
  expect(pairs(receiver.requests.map(read)).slice(2)).toEqual(["1.2", "2.1", "2.2"]);
  await eventually(async () =>
    expect((await scene.deliveries()).map((each) => each.state ?? "").toSorted()).toEqual([
      "dead",
      "delivered",
      "delivered",
      "delivered",
    ]),
  );
});

test("ten thousand subjects at once: what is in hand is what their lane may hold", async () => {
  const gate = Promise.withResolvers<number>();
  await using receiver = await openReceiver(answers(() => gate.promise));
  await scene.seedWebhook(`${receiver.url}/`, { ordered: true });
  const { bus } = await scene.start();
  const sites = Array.from({ length: 10_000 }, (_, site) => site);
  for (let from = 0; from < sites.length; from += 2_500) {
    const part = sites.slice(from, from + 2_500);
    await bus.hand(part.flatMap((site) => [about(site, 1), about(site, 2)]));
  }
  expect(await rows("SELECT count(*) FILTER (WHERE behind) AS behind, count(*) AS all FROM queue")).toEqual([
    { behind: 10_000, all: 20_000 },
  ]);
  const [claimed] = await rows<{ count: number }>(
    "SELECT count(*) AS count FROM queue WHERE claimed_epoch IS NOT NULL",
  );
  expect(claimed!.count).toBeLessThanOrEqual(256);
  expect(await rows("SELECT FROM queue WHERE claimed_epoch IS NOT NULL AND behind")).toEqual([]);
  gate.resolve(204);
  await eventually(async () => expect(receiver.requests.length).toBeGreaterThan(2_000));
  const [inHand] = await rows<{ count: number }>(
    "SELECT count(*) AS count FROM queue WHERE claimed_epoch IS NOT NULL",
  );
  expect(inHand!.count).toBeLessThanOrEqual(256);
}, 60_000);
