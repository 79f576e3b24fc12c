/** What the claimer asks of the store, and what it takes in hand. */
import { deliveryIdOf, Lanes, machineClock, newUuid } from "@stellwerk/delivery";
import { createLog } from "@stellwerk/log";
import {
  claimDueDeliveries,
  insertRoutedEvents,
  type ClaimedDelivery,
  type Database,
} from "@stellwerk/store";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "@stellwerk/store/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClaimGuard } from "./claim-guard.ts";
import { Claimer } from "./claimer.ts";
import { Ownership } from "./ownership.ts";

const PARTITION = 1;
const log = createLog({ name: "test", level: "silent" });

let database: TestDatabase;
let seed: Seed;
let ownership: Ownership;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db);
  ownership = new Ownership({ db: database.db, log });
  await ownership.start();
  ownership.want([0, 1]);
  await ownership.look();
});
afterEach(async () => {
  await ownership.stop();
  await database[Symbol.asyncDispose]();
});

/** Attempts never end, so that what is in hand stays there. */
function openClaimer(db: Database) {
  const ran: string[] = [];
  const lanes: Lanes<ClaimedDelivery> = new Lanes({
    clock: machineClock,
    random: Math.random,
    run: ({ deliveryId }) => new Promise(() => ran.push(deliveryId)),
    onDue: () => claimer.due(),
    onGiveBack() {},
  });
  const claimer = new Claimer({
    db,
    log,
    lanes,
    ownership,
    claims: new ClaimGuard(async () => {}),
    prepareLanes: async () => {},
    onClaimed() {},
    onEmptied() {},
  });
  return { claimer, lanes, ran };
}

async function queueDelivery(): Promise<string> {
  const [subscriptionId] = seed.subscriptionIds as [string];
  const event = {
    id: newUuid(),
    accountId: seed.accountId,
    sourceId: seed.sourceId,
    type: "x",
    subject: null,
    time: new Date(),
    receivedAt: new Date(),
    contentType: "application/json",
    title: null,
    domain: null,
    revision: 1,
    traceparent: null,
    body: Buffer.from("{}"),
  };
  const id = deliveryIdOf(event.id, subscriptionId);
  const delivery = {
    id,
    accountId: seed.accountId,
    eventId: event.id,
    subscriptionId,
    subscriptionVersion: 1,
    connectionId: seed.connectionId,
    partition: PARTITION,
    seq: 1,
    claimedEpoch: null,
  };
  await insertRoutedEvents(database.db, [event], [delivery], []);
  return id;
}

async function claimDirectly(): Promise<ClaimedDelivery> {
  const epoch = ownership.epochOf(PARTITION)!;
  const [subscriptionId] = seed.subscriptionIds as [string];
  const lane = { partition: PARTITION, epoch, subscriptionId, room: 1, bodyRoom: 1_000_000 };
  const [claimed] = await claimDueDeliveries(database.db, ownership.dispatcherId, [lane]);
  return claimed!;
}

test("a delivery whose outcome is still to be written is not run a second time beside it", async () => {
  const id = await queueDelivery();
  const { claimer, lanes, ran } = openClaimer(database.db);
  const inHand = await claimDirectly();
  lanes.take(lanes.lane(PARTITION, seed.accountId, inHand.subscriptionId), inHand);
  // As a commit leaves it that wrote "try again" and whose reply was lost.
  await database.db.query("UPDATE queue SET claimed_epoch = NULL, attempts = 1");
  await claimer.sweep();
  await vi.waitFor(async () =>
    expect(await database.db.query("SELECT FROM queue WHERE claimed_epoch IS NOT NULL")).toHaveLength(1),
  );
  await claimer.stop();
  expect(ran).toEqual([id]);
});

test("one that is in hand of an epoch that is over is run when it is claimed anew, and not left claimed for ever", async () => {
  const id = await queueDelivery();
  const { claimer, lanes, ran } = openClaimer(database.db);
  const outdated = await claimDirectly();
  const lane = lanes.lane(PARTITION, seed.accountId, outdated.subscriptionId);
  lanes.take(lane, outdated);
  // Put out and taken anew, before it has noticed that what it was about to send is not its own any more.
  ownership.lose([PARTITION]);
  await ownership.look();
  expect(ownership.epochOf(PARTITION)).toBe(outdated.epoch + 1);
  await claimer.sweep();
  await vi.waitFor(() => expect(ran).toEqual([id, id]));
  lanes.letGo(outdated);
  expect([...lane.inHand.values()]).toMatchObject([{ deliveryId: id, epoch: outdated.epoch + 1 }]);
  await claimer.stop();
});

test("a thousand notifications at once are answered by two looks", async () => {
  let looks = 0;
  const { claimer } = openClaimer({
    ...database.db,
    query(statement, values) {
      looks += 1;
      return database.db.query(statement, values);
    },
  });
  await Promise.all(Array.from({ length: 1_000 }, () => claimer.sweep()));
  expect(looks).toBe(2);
  await claimer.stop();
});
