/** What users of other servers saw: an event that is there and is never sent. */
import { randomBytes } from "node:crypto";
import { createPostgresBus, deadTopicOf, EVENTS_TOPIC, platformTopics, type BusRecord } from "@stellwerk/bus";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { createLog } from "@stellwerk/log";
import { StoreUnavailableError } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "../testing/dispatcher-scene.ts";
import { recordOf } from "../testing/hand-fed-bus.ts";

const log = createLog({ name: "test", level: "silent" });
const PARTITIONS = 2;

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

test("stored but never queued: an event whose deliveries cannot be queued is not stored, and comes again", async () => {
  const { db } = scene.database;
  await scene.seedInbox();
  const { bus } = await scene.start();
  await db.query(
    `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$`,
  );
  await db.query("CREATE TRIGGER full_disk BEFORE INSERT ON queue EXECUTE FUNCTION full_disk()");
  const batch = [recordOf(scene.seed), recordOf(scene.seed)];
  await expect(bus.hand(batch)).rejects.toThrow(StoreUnavailableError);
  expect(await db.query("SELECT FROM event")).toEqual([]);
  expect(await scene.deliveries()).toEqual([]);

  await db.query("DROP TRIGGER full_disk ON queue");
  await bus.hand(batch);
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }, { state: "delivered" }]),
  );
});

test("stuck in scheduled: a try whose time came while no dispatcher ran is made by the next one", async () => {
  await using receiver = await openReceiver(answers((n) => (n === 0 ? 503 : 204)));
  await scene.seedWebhook(`${receiver.url}/`, { retryScheduleMs: [500] });
  const { bus, dispatcher } = await scene.start();
  await bus.hand([recordOf(scene.seed)]);
  const inQueue = () => scene.database.db.query("SELECT attempts, due_at < now() AS due FROM queue");
  await eventually(async () => expect(await inQueue()).toEqual([{ attempts: 1, due: false }]));
  await dispatcher.stop();
  expect(receiver.requests).toHaveLength(1);
  await eventually(async () => expect(await inQueue()).toEqual([{ attempts: 1, due: true }]));
  await scene.start();
  await eventually(async () =>
    expect(await scene.deliveries()).toMatchObject([{ state: "delivered", attempts: 2 }]),
  );
});

test("stuck in scheduled: what nobody was told of is found all the same", async () => {
  await using receiver = await openReceiver();
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
  // As a resend writes it, but for the notification, which is lost when the listener's connection breaks just then.
  await scene.database.db.query(
    `WITH again AS (
       INSERT INTO delivery (
         id, account_id, event_id, subscription_id, subscription_version, connection_id, key
       )
       SELECT uuidv7(), account_id, event_id, subscription_id, subscription_version, connection_id, key FROM delivery
       RETURNING *
     )
     INSERT INTO queue (
       delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at
     )
     SELECT id, account_id, 1, 1000, subscription_id, subscription_version, event_id, key, now() FROM again`,
  );
  await eventually(async () => expect(receiver.requests).toHaveLength(2));
});

test("poison record for ever: it is put aside once, what is behind it goes on, and no restart meets it again", async () => {
  await scene.seedInbox({ partitions: PARTITIONS });
  const bus = createPostgresBus({ url: scene.database.url, applicationName: "poison test", log });
  try {
    await bus.ensureTopics(platformTopics(PARTITIONS));
    const publish = async (...records: BusRecord[]) =>
      bus.publish(
        records.map(({ key, value, headers }) => ({ topic: EVENTS_TOPIC, key: key!, value, headers })),
      );
    const stranger = { ...recordOf(scene.seed), headers: {} };
    const tooLong = recordOf(scene.seed, { subject: randomBytes(8_000).toString("base64") });
    const first = await scene.startOn(bus);
    await publish(recordOf(scene.seed), stranger, recordOf(scene.seed), tooLong, recordOf(scene.seed));
    const delivered = (count: number) =>
      eventually(async () =>
        expect((await scene.deliveries()).map((each) => each.state)).toEqual(Array(count).fill("delivered")),
      );
    const putAside = async () => {
      const bounds = await bus.readBounds(deadTopicOf(EVENTS_TOPIC));
      return bounds.reduce((sum, { next, earliest }) => sum + Number(next - earliest), 0);
    };
    await delivered(3);
    await eventually(async () => expect(await putAside()).toBe(2));
    await first.stop();

    await scene.startOn(bus);
    await publish(recordOf(scene.seed));
    await delivered(4);
    expect(await putAside()).toBe(2);
  } finally {
    await bus.close();
  }
});
