/** Lanes follow the configuration, whatever was in memory when they were made and whenever the store was away. */
import { builtInConnectors } from "@stellwerk/connectors";
import { Lanes, machineClock } from "@stellwerk/delivery";
import {
  createSealer,
  holdSubscription,
  raiseRevision,
  readSecretKey,
  resumeSubscription,
  StoreUnavailableError,
  type ClaimedDelivery,
  type Queryable,
} from "@stellwerk/store";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "@stellwerk/store/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigurationCache } from "./configuration-cache.ts";
import { LaneConfiguration } from "./lane-settings.ts";

let database: TestDatabase;
let seed: Seed;
let isAway: boolean;
let lanes: Lanes<ClaimedDelivery>;
let configuration: ConfigurationCache;
let followed: LaneConfiguration;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db);
  isAway = false;
  const query: Queryable["query"] = (statement, values) =>
    isAway
      ? Promise.reject(new StoreUnavailableError(new Error("connection terminated")))
      : database.db.query<never>(statement, values);
  const sealer = createSealer({ current: readSecretKey(Buffer.alloc(32, 7).toString("base64")) });
  configuration = new ConfigurationCache({
    db: { ...database.db, query },
    connectors: builtInConnectors,
    sealer,
  });
  lanes = new Lanes({
    clock: machineClock,
    random: Math.random,
    run: () => new Promise(() => {}),
    onDue() {},
    onGiveBack() {},
    settingsOf: (accountId, subscriptionId) => followed.settingsOf(accountId, subscriptionId),
  });
  followed = new LaneConfiguration({ configuration, lanes, onCatchUp() {} });
});
afterEach(() => database[Symbol.asyncDispose]());

/** Something of it is due in the store. */
function waitingLane() {
  const lane = lanes.lane(0, seed.accountId, seed.subscriptionIds[0]!);
  lanes.wait(lane, 0);
  return lane;
}

async function change(work: (tx: Queryable) => Promise<unknown>): Promise<void> {
  await database.db.transaction(async (tx) => {
    await raiseRevision(tx, seed.accountId);
    await work(tx);
  });
}

const pause = () => change((tx) => holdSubscription(tx, seed.accountId, seed.subscriptionIds[0]!, null));
const resume = () =>
  change((tx) =>
    resumeSubscription(tx, seed.accountId, seed.subscriptionIds[0]!, { catchUp: "all", perSecond: null }),
  );

test("a resume while the store is away is followed at the next look, not never", async () => {
  const lane = waitingLane();
  await pause();
  await followed.follow(seed.accountId);
  expect(lane.settings.paused).toBe(true);
  await resume();
  isAway = true;
  await expect(followed.follow(seed.accountId)).rejects.toThrow(StoreUnavailableError);
  await expect(followed.followAll()).rejects.toThrow(StoreUnavailableError);
  expect(lane.settings.paused).toBe(true);
  isAway = false;
  await followed.followMissed();
  expect(lane.settings.paused).toBe(false);
  expect(lanes.room(lane)).toBeGreaterThan(0);
});

test("of two changes in a row the first one's mending is not forgotten", async () => {
  await followed.follow(seed.accountId);
  const lane = waitingLane();
  const nowMs = Date.now();
  lanes.restoreBreaker({
    ...lane,
    snapshot: {
      state: "open",
      consecutiveFailures: 10,
      failingSinceMs: nowMs,
      openedAtMs: nowMs,
      probeAtMs: nowMs + 60_000,
      probes: 0,
      warned: 0,
    },
  });
  await pause();
  await resume();
  await Promise.all([followed.follow(seed.accountId), followed.follow(seed.accountId)]);
  expect(lane.memory.breaker?.state).toBe("closed");
});

test("a lane that was made before its configuration was read has its limits when something of it is run", async () => {
  await change((tx) => tx.query("UPDATE subscription_version SET per_second = 2, concurrency = 1"));
  const lane = waitingLane();
  expect(lane.settings).toEqual({});
  await configuration.ensure([seed.accountId]);
  followed.learn(lane);
  expect(lane.settings).toMatchObject({ connectionId: seed.connectionId, perSecond: 2, concurrency: 1 });
});

test("nothing holds back what waits for a deleted subscription: it has to end", async () => {
  const lane = waitingLane();
  await pause();
  await followed.follow(seed.accountId);
  expect(lanes.room(lane)).toBe(0);
  await change((tx) => tx.query("UPDATE subscription SET deleted_at = now()"));
  await followed.follow(seed.accountId);
  expect(lanes.room(lane)).toBeGreaterThan(0);
});
