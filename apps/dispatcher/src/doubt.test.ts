/** A call was started, and nobody knows how it ended: what becomes of it, on the wire and in the log. */
import { formatId, newUuid, deliveryIdOf } from "@stellwerk/delivery";
import { requestDelivery } from "@stellwerk/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { doubtfulConnector, VISIBLE_AFTER_MS } from "./testing/doubtful-connector.ts";
import { keysOf, openTarget } from "./testing/doubtful-target.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;
beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

const connectors = [doubtfulConnector];
const start = () => scene.start({ connectors });
const query = <T = unknown>(sql: string, values: unknown[] = []) => scene.database.db.query<T>(sql, values);

async function seed(url: string, action: string, retryScheduleMs = [100, 100, 100]): Promise<void> {
  await scene.seedInbox({
    connector: "doubtful",
    action: `doubtful.${action}`,
    settings: { url },
    retryScheduleMs,
  });
}

/** As its process leaves it that is killed: nobody owns anything, and its claims are there. */
async function crash(): Promise<void> {
  await query("UPDATE partition_owner SET dispatcher_id = NULL");
  await query("DELETE FROM dispatcher");
}

/** So much later than it is. */
async function age(seconds = 60): Promise<void> {
  const past = `interval '${seconds} seconds'`;
  await query(
    `UPDATE queue SET started_at = started_at - ${past}, due_at = due_at - ${past} WHERE started_at IS NOT NULL`,
  );
  await query("SELECT pg_notify('stellwerk_queue', '1')");
}

/** Once more until it holds: what a dispatcher does meanwhile may come between. */
async function agedUntil(check: () => Promise<void>): Promise<void> {
  await eventually(async () => {
    await age();
    await check();
  });
}

const inDoubt = () => query("SELECT FROM queue WHERE started_at IS NOT NULL AND claimed_epoch IS NULL");
const attempts = () =>
  query<{ outcome: string; reason: string | null; number: number }>(
    "SELECT outcome, reason, number FROM attempt ORDER BY id",
  );

describe("a mark", () => {
  test("is written before the call, by the database's clock, and goes when the outcome is known", async () => {
    await using receiver = await openTarget((n) => (n === 0 ? "503" : "hang"));
    await seed(receiver.url, "never_hold");
    const { bus } = await start();
    await bus.hand([recordOf(scene.seed)]);
    await eventually(async () => expect(receiver.sent()).toHaveLength(2));
    expect(
      await query(
        "SELECT started_at BETWEEN now() - interval '10 seconds' AND now() AS marked, possibly_sent, marks_start FROM queue",
      ),
    ).toEqual([{ marked: true, possibly_sent: false, marks_start: true }]);
  });

  test("is cleared by an outcome that says that nothing arrived", async () => {
    await using receiver = await openTarget(() => "503");
    await seed(receiver.url, "never_hold", [600_000]);
    const { bus } = await start();
    await bus.hand([recordOf(scene.seed)]);
    await eventually(async () =>
      expect(await query("SELECT started_at, attempts, held, possibly_sent FROM queue")).toEqual([
        { started_at: null, attempts: 1, held: false, possibly_sent: false },
      ]),
    );
  });

  test("is not made for what may simply be repeated", async () => {
    await using receiver = await openTarget(() => "hang");
    await seed(receiver.url, "keyed");
    const { bus } = await start();
    await bus.hand([recordOf(scene.seed)]);
    await eventually(async () => expect(receiver.sent()).toHaveLength(1));
    expect(await query("SELECT started_at, marks_start FROM queue")).toEqual([
      { started_at: null, marks_start: false },
    ]);
  });

  test("that is refused, because somebody took over, means no call; the next owner sends it without any doubt", async () => {
    await using receiver = await openTarget();
    await seed(receiver.url, "never_hold");
    const { bus } = await start();
    // Between the claim, which goes in with the route, and the mark.
    await query(`
      CREATE FUNCTION steal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN UPDATE partition_owner SET epoch = epoch + 1, dispatcher_id = NULL; RETURN NULL; END $$;
      CREATE TRIGGER steal AFTER INSERT ON queue FOR EACH STATEMENT EXECUTE FUNCTION steal()`);
    await bus.hand([recordOf(scene.seed)]);
    await query("DROP FUNCTION steal CASCADE");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(receiver.requests).toEqual([]);
    expect(await query("SELECT started_at FROM queue")).toEqual([{ started_at: null }]);

    await crash();
    await start();
    await eventually(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(await scene.deliveries()).toMatchObject([{ possibly_sent: false }]);
    expect(receiver.effects).toHaveLength(1);
  });
});

describe("killed between the mark and the record", () => {
  /** Its first call never ends. `arrives`: the receiver has done it. */
  async function killed(action: string, arrives: boolean) {
    const receiver = await openTarget((n) => (n > 0 ? "204" : arrives ? "hang" : "hang unread"));
    await seed(receiver.url, action);
    const id = newUuid();
    const before = await start();
    await before.bus.hand([recordOf(scene.seed, { id })]);
    await eventually(async () => expect(receiver.sent()).toHaveLength(1));
    await crash();
    await start();
    return Object.assign(receiver, {
      key: formatId("dlv", deliveryIdOf(id, scene.seed.subscriptionIds[0]!)),
    });
  }

  test("it arrived, and looking finds it: one effect, and it says how that is known", async () => {
    await using receiver = await killed("probe_hold", true);
    await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(await scene.deliveries()).toMatchObject([{ reason: "found", possibly_sent: true }]);
    expect(receiver.effects).toEqual([receiver.key]);
    expect(await attempts()).toEqual([{ outcome: "probed", reason: "found", number: 1 }]);
    expect(await query("SELECT detail FROM delivery")).toEqual([{ detail: "Seen at the receiver" }]);
  });

  test("it did not arrive: looking finds nothing, and it is sent once under the same key", async () => {
    await using receiver = await killed("probe_hold", false);
    await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(receiver.effects).toEqual([receiver.key]);
    expect(new Set(keysOf(receiver.requests))).toEqual(new Set([receiver.key]));
    expect((await attempts()).map((each) => `${each.outcome} ${each.reason}`)).toEqual([
      "probed absent",
      "delivered null",
    ]);
  });

  test("nobody looks before a frozen process's call would be seen: start, deadline and what the author says", async () => {
    await using receiver = await killed("probe_hold", true);
    await eventually(async () => {
      const [row] = await query<{ waits: number; started: boolean }>(
        "SELECT extract(epoch FROM due_at - started_at)::float8 AS waits, claimed_epoch IS NULL AS started FROM queue WHERE due_at > now()",
      );
      expect(row?.started).toBe(true);
      expect(Math.abs(row!.waits - 15 - VISIBLE_AFTER_MS / 1_000)).toBeLessThan(1);
    });
    expect(receiver.looked()).toEqual([]);
    expect(receiver.sent()).toHaveLength(1);
    expect(await attempts()).toEqual([]);
  });

  test("never, hold: a person must say, and nothing is sent", async () => {
    await using receiver = await killed("never_hold", true);
    await eventually(async () =>
      expect(await query("SELECT held, reason, possibly_sent FROM queue")).toEqual([
        { held: true, reason: "in_doubt", possibly_sent: true },
      ]),
    );
    expect(receiver.sent()).toHaveLength(1);
  });

  test("never, resend: it is sent again under the same key, and that is written before", async () => {
    await using receiver = await killed("never_resend", true);
    await eventually(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(await scene.deliveries()).toMatchObject([{ possibly_sent: true }]);
    expect(keysOf(receiver.sent())).toEqual([receiver.key, receiver.key]);
  });

  test("key: it is sent again under the same key, marked possibly sent", async () => {
    await using receiver = await killed("keyed", true);
    await eventually(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(await scene.deliveries()).toMatchObject([{ possibly_sent: true }]);
    expect(keysOf(receiver.sent())).toEqual([receiver.key, receiver.key]);
  });

  test("killed again while it is in doubt, it is in doubt still", async () => {
    await using receiver = await killed("probe_hold", true);
    receiver.target.looks = 503;
    await agedUntil(async () => expect(receiver.looked().length).toBeGreaterThan(0));
    await crash();
    await start();
    receiver.target.looks = 200;
    await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(receiver.effects).toEqual([receiver.key]);
  });
});

describe("a lost reply", () => {
  async function lost(action: string) {
    const receiver = await openTarget((n) => (n === 0 ? "reset" : "204"));
    await seed(receiver.url, action);
    const { bus } = await start();
    await bus.hand([recordOf(scene.seed)]);
    return receiver;
  }

  test("is looked for, and found: it is delivered, once, and nothing says that it may have come twice", async () => {
    await using receiver = await lost("probe_hold");
    await eventually(async () => expect(await inDoubt()).toHaveLength(1));
    expect(await query("SELECT attempts, held, possibly_sent FROM queue")).toEqual([
      { attempts: 1, held: false, possibly_sent: false },
    ]);
    await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(await scene.deliveries()).toMatchObject([{ reason: "found", attempts: 1, possibly_sent: false }]);
    expect(receiver.effects).toHaveLength(1);
    expect((await attempts()).map((each) => each.outcome)).toEqual(["in_doubt", "probed"]);
    const past = JSON.parse(String(receiver.looked()[0]?.headers["x-past"])) as Record<string, unknown>;
    expect(past).toMatchObject({ attempts: 1 });
    expect(Date.parse(String(past["firstAttemptAt"]))).toBeLessThanOrEqual(Date.now());
  });

  test("where the target does not tell is for a person, or is sent again with its doubt, as the author says", async () => {
    await using receiver = await lost("probe_hold");
    receiver.target.looks = 403;
    await agedUntil(async () =>
      expect(await query("SELECT held, reason, detail, possibly_sent FROM queue")).toEqual([
        { held: true, reason: "in_doubt", detail: "It does not tell.", possibly_sent: true },
      ]),
    );
    expect(receiver.sent()).toHaveLength(1);
  });

  test("where the target does not tell, and the account would rather have it twice", async () => {
    await using receiver = await lost("probe_resend");
    receiver.target.looks = 403;
    await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(await scene.deliveries()).toMatchObject([{ attempts: 2, possibly_sent: true }]);
    expect(new Set(keysOf(receiver.sent())).size).toBe(1);
    expect(receiver.sent()).toHaveLength(2);
  });

  test("is looked for again while the target cannot be asked", async () => {
    await using receiver = await lost("probe_hold");
    receiver.target.looks = 503;
    await agedUntil(async () => expect(receiver.looked().length).toBeGreaterThan(1));
    expect(receiver.sent()).toHaveLength(1);
    receiver.target.looks = 200;
    await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
    expect(receiver.effects).toHaveLength(1);
    expect((await attempts())[1]).toMatchObject({ outcome: "probed", reason: "http_status", number: 2 });
  });

  test("of what can neither be looked for nor repeated is for a person", async () => {
    await using receiver = await lost("never_hold");
    await eventually(async () =>
      expect(await query("SELECT held, reason, possibly_sent FROM queue")).toEqual([
        { held: true, reason: "in_doubt", possibly_sent: true },
      ]),
    );
    expect(receiver.sent()).toHaveLength(1);
  });
});

test("cut off at the end of its grace it is in doubt, and the next start looks for it", async () => {
  await using receiver = await openTarget((n) => (n === 0 ? "hang" : "204"));
  await seed(receiver.url, "probe_hold");
  const { bus, dispatcher } = await start();
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () => expect(receiver.sent()).toHaveLength(1));
  await dispatcher.stop();
  expect(await query("SELECT FROM queue WHERE started_at IS NOT NULL")).toHaveLength(1);
  await start();
  await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
  expect(receiver.effects).toHaveLength(1);
});

describe("sent again by a person under the same key", () => {
  /** The first of them may have arrived. */
  async function resent(arrived: boolean) {
    const receiver = await openTarget((n) => (n === 0 ? (arrived ? "hang" : "hang unread") : "204"));
    await seed(receiver.url, "probe_hold");
    const id = newUuid();
    const { bus } = await start();
    await bus.hand([recordOf(scene.seed, { id })]);
    await eventually(async () => expect(receiver.sent()).toHaveLength(1));
    const { accountId, connectionId, subscriptionIds } = scene.seed;
    const key = deliveryIdOf(id, subscriptionIds[0]!);
    const again = {
      id: newUuid(),
      key,
      accountId,
      connectionId,
      eventId: id,
      subscriptionId: subscriptionIds[0]!,
    };
    await scene.database.db.transaction((tx) =>
      requestDelivery(tx, {
        ...again,
        subscriptionVersion: 1,
        partition: 1,
        marksStart: true,
        possiblySent: true,
        looksFirst: true,
      }),
    );
    await agedUntil(async () =>
      expect(await query("SELECT state, possibly_sent FROM delivery WHERE id = $1", [again.id])).toEqual([
        { state: "delivered", possibly_sent: true },
      ]),
    );
    return Object.assign(receiver, { key: formatId("dlv", key) });
  }

  test("it is not sent twice where the first one is found", async () => {
    await using receiver = await resent(true);
    expect(receiver.effects).toEqual([receiver.key]);
    expect(receiver.sent()).toHaveLength(1);
  });

  test("it is sent, with the key of the first, where that is not found", async () => {
    await using receiver = await resent(false);
    expect(receiver.effects).toEqual([receiver.key]);
    expect(keysOf(receiver.sent())).toEqual([receiver.key, receiver.key]);
  });
});

test("the key is one over retries, doubts, dispatchers and looks", async () => {
  const how = ["503", "reset", "hang", "204"] as const;
  await using receiver = await openTarget((n) => how[n] ?? "204");
  await seed(receiver.url, "never_resend");
  const id = newUuid();
  const { bus } = await start();
  await bus.hand([recordOf(scene.seed, { id })]);
  await eventually(async () => expect(receiver.sent()).toHaveLength(3));
  await crash();
  await start();
  await eventually(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
  const key = formatId("dlv", deliveryIdOf(id, scene.seed.subscriptionIds[0]!));
  expect(keysOf(receiver.requests)).toEqual([key, key, key, key]);
});

test("what may have been sent before a restored backup is looked for first", async () => {
  await using receiver = await openTarget();
  await seed(receiver.url, "probe_hold");
  const { bus } = await start();
  const [arrived, missing] = [newUuid(), newUuid()].map((id) => ({
    record: recordOf(scene.seed, { id }),
    key: formatId("dlv", deliveryIdOf(id, scene.seed.subscriptionIds[0]!)),
  }));
  receiver.effects.push(arrived!.key);
  await bus.hand([arrived!.record, missing!.record], missing!.record.offset + 1n);
  await agedUntil(async () =>
    expect((await scene.deliveries()).map((each) => each.state)).toEqual(["delivered", "delivered"]),
  );
  expect(receiver.effects.toSorted()).toEqual([arrived!.key, missing!.key].toSorted());
  expect(keysOf(receiver.sent())).toEqual([missing!.key]);
});

test("a delivery in doubt whose subscription is deleted ends, and says that it may have arrived", async () => {
  await using receiver = await openTarget(() => "reset");
  await seed(receiver.url, "probe_hold");
  const { bus } = await start();
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () => expect(await inDoubt()).toHaveLength(1));
  await query("UPDATE subscription SET deleted_at = now(), enabled = false, version = version + 1");
  await scene.change(async () => {});
  await agedUntil(async () => expect(await scene.deliveries()).toMatchObject([{ state: "dead" }]));
  expect(await scene.deliveries()).toMatchObject([{ reason: "subscription_deleted", possibly_sent: true }]);
});
