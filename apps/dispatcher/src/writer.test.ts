/** The writer loop when the store is away, or takes something it is given for wrong. */
import { Lanes, machineClock, newUuid, type BreakerWrite } from "@stellwerk/delivery";
import { createLog } from "@stellwerk/log";
import {
  createSealer,
  readSecretKey,
  StoreUnavailableError,
  type ClaimedDelivery,
  type Database,
} from "@stellwerk/store";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "@stellwerk/store/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClaimGuard } from "./claim-guard.ts";
import { ConfigurationCache } from "./configuration-cache.ts";
import { EventData } from "./event-data.ts";
import { Ownership } from "./ownership.ts";
import { Writer } from "./writer.ts";

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

function openWriter(db: Database): Writer {
  const sealer = createSealer({ current: readSecretKey(Buffer.alloc(32, 7).toString("base64")) });
  return new Writer({
    db,
    log,
    ownership,
    configuration: new ConfigurationCache({ db, connectors: [], sealer }),
    lanes: new Lanes({
      clock: machineClock,
      random: Math.random,
      run: async () => {},
      onDue() {},
      onGiveBack() {},
    }),
    claims: new ClaimGuard(async () => {}),
    onOperations() {},
  });
}

function failing(subscriptionId: string): BreakerWrite {
  const nowMs = Date.now();
  return {
    partition: 1,
    accountId: seed.accountId,
    subscriptionId,
    snapshot: {
      state: "open",
      consecutiveFailures: 10,
      failingSinceMs: nowMs,
      openedAtMs: nowMs,
      probeAtMs: nowMs,
      probes: 0,
      warned: 0,
    },
  };
}

test("ends within its grace although the store is away and a target's health is to be written", async () => {
  const away = new StoreUnavailableError(new Error("connection terminated"));
  const writer = openWriter({ ...database.db, transaction: () => Promise.reject(away) });
  writer.noteHealth([failing(seed.subscriptionIds[0]!)], null);
  const beganAtMs = performance.now();
  await writer.stop(50);
  expect(performance.now() - beganAtMs).toBeLessThan(2_000);
});

test("a target's health that cannot be written costs no event its route", async () => {
  const writer = openWriter(database.db);
  // Of no subscription: the store refuses it.
  writer.noteHealth([failing(newUuid())], null);
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
    traceparent: null,
    body: Buffer.from("{}"),
    offset: 0n,
    repeated: false,
    data: new EventData({ type: "t", contentType: "application/json", body: Buffer.from("{}") }),
  };
  await writer.route({ partition: 1, operations: false, nextOffset: 1, events: [event] });
  expect(await database.db.query("SELECT id FROM event")).toEqual([{ id: event.id }]);
  writer.noteHealth([failing(seed.subscriptionIds[0]!)], "http_status");
  await vi.waitFor(async () =>
    expect(await database.db.query("SELECT reason FROM target_health")).toEqual([{ reason: "http_status" }]),
  );
  await writer.stop(1_000);
});

describe("a mark", () => {
  const claimed = { deliveryId: newUuid(), partition: 1, epoch: 1 } as ClaimedDelivery;
  const away = new StoreUnavailableError(new Error("connection terminated"));

  test("that cannot be written for an absent store is written when it is back, and no sooner is the call made", async () => {
    let isAway = true;
    const writer = openWriter({
      ...database.db,
      transaction: (work) => (isAway ? Promise.reject(away) : database.db.transaction(work)),
    });
    let marked: boolean | undefined;
    const marking = writer.markStarted(claimed, false).then((may) => (marked = may));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(marked).toBeUndefined();
    isAway = false;
    // Nobody holds such a delivery, so the store, once asked, says no.
    expect(await marking).toBe(false);
    await writer.stop(1_000);
  });

  test("that is not written within the grace of a stop means no call, also for those who ask later", async () => {
    const writer = openWriter({ ...database.db, transaction: () => Promise.reject(away) });
    const marking = writer.markStarted(claimed, false);
    await writer.stop(50);
    expect(await marking).toBe(false);
    expect(await writer.markStarted(claimed, false)).toBe(false);
  });

  test("that the store refuses for what it is means no call, and costs nobody else theirs", async () => {
    const writer = openWriter(database.db);
    const broken = writer.markStarted({ ...claimed, epoch: 1.5 }, false);
    const other = writer.markStarted(claimed, false);
    expect(await Promise.all([broken, other])).toEqual([false, false]);
    await writer.stop(1_000);
  });
});
