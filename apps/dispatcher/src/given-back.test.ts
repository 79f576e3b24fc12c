/** Claims that are given back, when the store's answer is lost. */
import { newUuid } from "@stellwerk/delivery";
import { createLog } from "@stellwerk/log";
import { releaseUnknownClaims, StoreUnavailableError, type ClaimedDelivery } from "@stellwerk/store";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "@stellwerk/store/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClaimGuard } from "./claim-guard.ts";
import { GivenBack } from "./given-back.ts";
import { Ownership } from "./ownership.ts";

const PARTITION = 1;
const log = createLog({ name: "test", level: "silent" });
const LOST = new StoreUnavailableError(new Error("connection terminated"));

let database: TestDatabase;
let seed: Seed;
let ownership: Ownership;
/** Releases whose answer is lost. */
let losses: number;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db);
  ownership = new Ownership({ db: database.db, log });
  await ownership.start();
  ownership.want([0, 1]);
  await ownership.look();
  losses = 0;
});
afterEach(async () => {
  await ownership.stop();
  await database[Symbol.asyncDispose]();
});

function open(inHand: readonly string[]) {
  const released: string[] = [];
  const { dispatcherId } = ownership;
  const claims = new ClaimGuard(() =>
    givenBack.leaveTo(() => releaseUnknownClaims(database.db, dispatcherId, inHand)),
  );
  const givenBack: GivenBack = new GivenBack({
    db: {
      ...database.db,
      async query(statement, values) {
        const rows = await database.db.query<never>(statement, values);
        losses -= 1;
        if (losses >= 0) throw LOST;
        return rows;
      },
    },
    dispatcherId,
    log,
    claims,
    onReleased: (deliveries) => released.push(...deliveries.map((each) => each.deliveryId)),
  });
  return { claims, givenBack, released };
}

/** A delivery that this dispatcher has claimed. */
async function claimed(): Promise<ClaimedDelivery> {
  const deliveryId = newUuid();
  const epoch = ownership.epochOf(PARTITION)!;
  const [subscriptionId] = seed.subscriptionIds as [string];
  const { accountId } = seed;
  await database.db.query(
    `INSERT INTO queue
       (delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at, claimed_epoch)
     VALUES ($1, $2, $3, 1, $4, 1, $1, $1, now(), $5)`,
    [deliveryId, accountId, PARTITION, subscriptionId, epoch],
  );
  const event = { id: deliveryId, sourceId: null, type: "x", subject: null, time: new Date() };
  return {
    deliveryId,
    accountId,
    partition: PARTITION,
    epoch,
    subscriptionId,
    subscriptionVersion: 1,
    key: deliveryId,
    attempts: 0,
    ageMs: 0,
    createdAt: new Date(),
    seq: 1,
    orderKey: null,
    startedAt: null,
    startedAgoMs: null,
    settleUntil: null,
    event: { ...event, contentType: "application/json", body: Buffer.alloc(0) },
  };
}

const claims = () =>
  database.db.query<{ claimed: boolean }>("SELECT claimed_epoch IS NOT NULL AS claimed FROM queue");

test("claims that are given back wait in the store again", async () => {
  const { givenBack, released } = open([]);
  const one = await claimed();
  givenBack.add([one]);
  await vi.waitFor(() => expect(released).toEqual([one.deliveryId]));
  expect(await claims()).toEqual([{ claimed: false }]);
  await givenBack.stop();
});

test("one whose release was answered to nobody is not released again once it is claimed anew", async () => {
  const inHand: string[] = [];
  const { claims: guard, givenBack, released } = open(inHand);
  const one = await claimed();
  losses = 1;
  givenBack.add([one]);
  await vi.waitFor(async () => expect(await claims()).toEqual([{ claimed: false }]));
  // Whoever claims next makes the guard find out first.
  await guard.run(async () => {
    await database.db.query("UPDATE queue SET claimed_epoch = $1", [one.epoch]);
    inHand.push(one.deliveryId);
  });
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await claims()).toEqual([{ claimed: true }]);
  expect(released).toEqual([one.deliveryId]);
  await givenBack.stop();
});

test("what nobody else asks for is given back all the same after a lost answer", async () => {
  const { givenBack, released } = open([]);
  const one = await claimed();
  losses = 1;
  givenBack.add([one]);
  await vi.waitFor(async () => expect(await claims()).toEqual([{ claimed: false }]));
  await vi.waitFor(() => expect(released).toEqual([one.deliveryId]));
  await givenBack.stop();
});
