import { readdirSync, readFileSync } from "node:fs";
import { newUuid } from "@stellwerk/delivery";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as store from "./index.ts";
import type { Database } from "./index.ts";
import { sqlFile } from "./sql-file.ts";
import { captureStatements, expectIndexed, fillLargeTables, openTestDatabase } from "./testing/index.ts";
import type { ExplainOptions, LargeTables, TestDatabase } from "./testing/index.ts";
import { API_ROLE } from "./wall/roles.ts";

/** The tables that grow without an end. A statement that names one of them has to be in one of the two lists. */
const LARGE_TABLE = /\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+(?:event|delivery|attempt|queue)\b/i;
/** Those that the api runs, as a role that row-level security holds for. */
const OF_THE_API = /^(?:find|list|load-deliver|insert-requested|resolve|release-held)/;
const PAGE = { limit: 50 };

interface Case extends ExplainOptions {
  /** Runs it through the function that the apps call. */
  readonly run: (db: Database, large: LargeTables) => Promise<unknown>;
}

/** Statement by statement: how it is called at its worst. */
const cases: Record<string, Case> = {
  "find-event": { run: (db, { accountId, eventId }) => store.findEvent(db, accountId, eventId) },
  "find-event-body": { run: (db, { accountId, eventId }) => store.findEventBody(db, accountId, eventId) },
  "list-events": { run: (db, { accountId }) => store.listEvents(db, accountId, {}, PAGE) },
  "list-events-of-subject": {
    run: (db, { accountId }) => store.listEvents(db, accountId, { subject: "website/42" }, PAGE),
  },
  "list-events-by-prefix": {
    run: (db, { accountId }) => store.listEvents(db, accountId, { textPrefix: "title 424" }, PAGE),
  },
  "list-deliveries": { run: (db, { accountId }) => store.listDeliveries(db, accountId, {}, PAGE) },
  "list-deliveries-of-event": {
    run: (db, { accountId, eventId }) => store.listDeliveries(db, accountId, { eventId }, PAGE),
  },
  "insert-tried-event": {
    run: (db, { accountId, subscriptionIds: [onlyFor] }) =>
      store.insertTriedEvent(db, {
        id: newUuid(),
        accountId,
        type: "website_created",
        subject: null,
        title: null,
        domain: null,
        body: Buffer.from("{}"),
        onlyFor: onlyFor!,
      }),
  },
  "recent-events-of-types": {
    // The newest thousand of the account, and three of them again with their bodies.
    rowsRead: 2_500,
    run: (db, { accountId }) => store.recentEventsOfTypes(db, accountId, ["website_created"]),
  },
  "list-latest-deliveries-of-event": {
    run: (db, { accountId, eventId, subscriptionIds }) =>
      store.latestDeliveriesOfEvent(db, accountId, eventId, subscriptionIds),
  },
  "list-deliveries-of-subject": {
    run: (db, { accountId }) => store.listDeliveries(db, accountId, { subject: "website/42" }, PAGE),
  },
  "list-deliveries-of-subscription": {
    run: (db, { accountId, subscriptionIds: [subscriptionId] }) =>
      store.listDeliveries(db, accountId, { subscriptionId }, PAGE),
  },
  "list-undelivered-deliveries": {
    // A reason that none has: a step through what ended, each with its delivery.
    rowsRead: 2_500,
    run: (db, { accountId }) => store.listDeliveries(db, accountId, { state: "dead", reason: "gone" }, PAGE),
  },
  "list-resendable-deliveries": {
    // All that ended, each with its delivery, its event and what came later.
    rowsRead: 3_500,
    run: (db, { accountId }) =>
      store.findResendable(db, accountId, { state: "dead" }, { after: undefined, limit: 10_000 }),
  },
  "insert-resent-deliveries": {
    run: (db, large) => store.resendDeliveries(db, resendOf(large)),
  },
  "enqueue-deliveries": {
    run: (db, large) => store.resendDeliveries(db, resendOf(large)),
  },
  "find-delivery-rule": {
    run: (db, { accountId, deliveryId }) => store.findDeliveryRule(db, accountId, deliveryId, "matched"),
  },
  "load-exported-deliveries": {
    run: (db, { accountId, claimedDeliveryIds }) =>
      store.loadExportedDeliveries(db, accountId, claimedDeliveryIds.slice(0, 10)),
  },
  "count-waiting-deliveries": {
    run: (db, { partition, subscriptionIds: [subscriptionId] }) =>
      store.countWaitingDeliveries(db, { partition, subscriptionId: subscriptionId! }, 500),
  },
  "list-waiting-deliveries": {
    run: (db, { accountId }) => store.listDeliveries(db, accountId, { state: "queued" }, PAGE),
  },
  "load-deliveries": {
    run: (db, { accountId, deliveryId }) => store.findDelivery(db, accountId, deliveryId),
  },
  "list-attempts": { run: (db, { accountId, deliveryId }) => store.listAttempts(db, accountId, deliveryId) },
  "list-inbox": {
    // Over what still waits, which is half of the account's deliveries here, to the newest that arrived.
    rowsRead: 15_000,
    run: (db, { accountId, connectionId }) => store.listInbox(db, accountId, connectionId),
  },
  "claim-due-deliveries": {
    run: (db, { dispatcherId, partition, epoch, subscriptionIds }) =>
      store.claimDueDeliveries(
        db,
        dispatcherId,
        subscriptionIds
          .slice(0, 5)
          .map((subscriptionId) => ({ partition, epoch, subscriptionId, room: 10, bodyRoom: 1_000_000 })),
      ),
  },
  "next-due-of-lanes": {
    run: (db, { partition, subscriptionIds }) =>
      store.nextDueOfLanes(
        db,
        subscriptionIds.map((subscriptionId) => ({ partition, subscriptionId })),
      ),
  },
  "waiting-lanes": { run: (db, { partition }) => store.waitingLanes(db, [partition]) },
  "release-claims": {
    run: (db, { dispatcherId, partition, epoch, claimedDeliveryIds }) =>
      store.releaseClaims(
        db,
        dispatcherId,
        claimedDeliveryIds.map((deliveryId) => ({ deliveryId, partition, epoch })),
      ),
  },
  "record-outcomes": {
    run: (db, { dispatcherId, partition, epoch, claimedDeliveryIds }) =>
      store.recordOutcomes(
        db,
        dispatcherId,
        claimedDeliveryIds.map((deliveryId, index) => ({
          deliveryId,
          partition,
          epoch,
          state: index % 2 === 0 ? "delivered" : null,
          held: false,
          retryInMs: 5_000,
          attempts: 1,
          possiblySent: false,
          reason: null,
          detail: null,
          attempt: null,
        })),
      ),
  },
  "mark-started": {
    run: (db, { dispatcherId, partition, epoch, claimedDeliveryIds }) =>
      store.markStarted(
        db,
        dispatcherId,
        claimedDeliveryIds.map((deliveryId) => ({ deliveryId, partition, epoch, possiblySent: true })),
      ),
  },
  "insert-routed-events": {
    run: (db, large) => {
      const event = { id: newUuid(), accountId: large.accountId, sourceId: large.sourceId, revision: 1 };
      const what = { type: "x", subject: null, title: null, domain: null, traceparent: null };
      const received = { time: new Date(), receivedAt: new Date(), contentType: "application/json" };
      const body = Buffer.from("{}");
      return store.insertRoutedEvents(
        db,
        [{ ...event, ...what, ...received, body }],
        [deliveryOf(large, event.id)],
        [],
      );
    },
  },
  "note-gaps": {
    run: (db, { accountId, sourceId, partition, eventId }) => {
      const key = (text: string) => ({ text, key: text });
      const change = { id: eventId, status: key("Done"), was: key("Publish") };
      const subject = { accountId, subject: "website/42", partition, eventId };
      return store.keepHeard(db, {
        subjects: [{ ...subject, shown: undefined, changes: [change] }],
        gaps: [{ eventId, lastSeen: "Publish", previousStatus: "Done" }],
        sources: [{ accountId, sourceId, partition, events: 1 }],
      });
    },
  },
  "skip-deliveries": {
    run: (db, { dispatcherId, partition, epoch, accountId, subscriptionIds: [subscriptionId] }) =>
      store.skipBacklog(
        db,
        dispatcherId,
        { partition, epoch, accountId, subscriptionId: subscriptionId! },
        { before: new Date(), keepLatest: false, reason: "x", detail: "x", isStopped: stopAfterOne() },
      ),
  },
  "promote-next": {
    run: (db, { partition }) => store.promoteNext(db, [{ partition, orderKey: newUuid() }]),
  },
  "cancel-delivery": {
    run: (db, { accountId, partition, deliveryId: id }) =>
      db.transaction((tx) => store.cancelDelivery(tx, { accountId, id, partition }, "x")),
  },
  "run-delivery": {
    run: (db, { accountId, partition, deliveryId: id }) =>
      db.transaction((tx) => store.runDelivery(tx, { accountId, id, partition })),
  },
  "resolve-ended": {
    run: (db, { accountId, partition, deliveryId: id }) =>
      db.transaction((tx) => store.resolveDelivery(tx, { accountId, id, partition }, "delivered", "x")),
  },
  "resolve-send": {
    run: (db, { accountId, partition, deliveryId: id }) =>
      db.transaction((tx) => store.resolveDelivery(tx, { accountId, id, partition }, "send", "x")),
  },
  "release-held-of-subscription": {
    run: (db, { accountId, partition, subscriptionIds: [subscriptionId] }) =>
      db.transaction((tx) =>
        store.releaseHeld(tx, { accountId, partition, subscriptionId: subscriptionId! }),
      ),
  },
  "insert-requested-delivery": {
    run: (db, large) => {
      const id = newUuid();
      return store.requestDelivery(db, {
        ...deliveryOf(large, large.eventId),
        id,
        key: id,
        marksStart: false,
      });
    },
  },
};

/** These read much, on purpose. */
const exempt: Record<string, string> = {
  "list-backlog": "once a resume, and in pages: the backlog is what it is about",
  "expire-deliveries": "once an hour, 5,000 at a time, and every row that it reads it ends",
  "event-type-was-seen":
    "asked when a subscription is saved, bounded by its own LIMIT of 10,000 of the newest",
  "partitions-with-old-order": "once an hour, and what it reads expires next",
  "stranded-subjects": "once an hour, from subject to subject in its index (order-plans.test.ts)",
  "oldest-queued-event":
    "once an hour, in housekeeping; an index for it would be written with every delivery",
  "requeue-older-epochs": "once a takeover, and the backlog is what it is about",
  "release-unknown-claims": "after a write whose answer was lost; an index on claims would cost every claim",
};

function resendOf({ accountId, partition, deliveryId }: LargeTables): store.ResendOptions {
  return {
    ids: [deliveryId],
    accountId,
    partition,
    as: "same",
    mapping: "matched",
    repeatableActions: [],
    lookingActions: [],
  };
}

/** A page is enough to see a plan. */
function stopAfterOne(): () => boolean {
  let asked = 0;
  return () => asked++ > 0;
}

function deliveryOf(large: LargeTables, eventId: string) {
  const subscriptionId = large.subscriptionIds[0]!;
  const { accountId, connectionId, partition } = large;
  const ids = { id: newUuid(), accountId, eventId, subscriptionId, connectionId };
  return { ...ids, subscriptionVersion: 1, partition, seq: 1_000_000, claimedEpoch: null };
}

function statementsOnLargeTables(): string[] {
  const folder = new URL("./sql/", import.meta.url);
  return readdirSync(folder)
    .filter((file) => LARGE_TABLE.test(readFileSync(new URL(file, folder), "utf8").replaceAll(/--.*/g, "")))
    .map((file) => file.replace(/\.sql$/, ""));
}

describe("on tables with 50,000 rows", () => {
  let database: TestDatabase;
  let large: LargeTables;

  beforeAll(async () => {
    database = await openTestDatabase();
    large = await fillLargeTables(database.db);
  }, 60_000);
  afterAll(() => database[Symbol.asyncDispose]());

  test.each(Object.keys(cases))("%s reads no more than it needs", async (name) => {
    const { run, ...options } = cases[name]!;
    const captured = await captureStatements(database.db, (db) => run(db, large));
    const mine = captured.find((each) => each.statement.name === name);
    expect(captured.map((each) => each.statement.name)).toContain(name);
    await expectIndexed(database.db, mine!.statement, mine!.values, options);
  });

  test.each(Object.keys(cases).filter((name) => OF_THE_API.test(name)))(
    "%s reads no more behind the second wall",
    async (name) => {
      const { run, ...options } = cases[name]!;
      const captured = await captureStatements(database.db, (db) => run(db, large));
      const mine = captured.find((each) => each.statement.name === name);
      expect(mine).toBeDefined();
      const as = { role: API_ROLE, accountId: large.accountId };
      await expectIndexed(database.db, mine!.statement, mine!.values, { ...options, as });
    },
  );

  test("the function behind list-events-by-prefix reads no more than it needs", async () => {
    const [row] = await database.db.query<{ source: string }>(
      "SELECT prosrc AS source FROM pg_proc WHERE proname = 'event_ids_beginning'",
    );
    const text = /\$query\$([\s\S]*)\$query\$/.exec(row?.source ?? "")?.[1] ?? "";
    expect(text).toContain("UNION");
    const statement = { name: "event_ids_beginning", text, prepare: false };
    await expectIndexed(database.db, statement, [large.accountId, "title 424"]);
  });

  test("a statement without an index is found out, with its plan", async () => {
    const statement = { name: "by-body", text: "SELECT id FROM event WHERE body = $1" };
    await expect(expectIndexed(database.db, statement, [Buffer.from("x")])).rejects.toThrow(
      /by-body \(force_custom_plan\): reads all of event_\d{8}\n(.*\n)*\s+Seq Scan on event_/,
    );
  });

  test("a statement that walks an index from end to end is found out", async () => {
    const statement = {
      name: "walk",
      text: "SELECT id FROM delivery WHERE account_id = $1 AND reason = $2 ORDER BY id LIMIT 1",
    };
    await expect(expectIndexed(database.db, statement, [large.accountId, "none"])).rejects.toThrow(
      /walk .*: reads /,
    );
  });
});

test("every statement on a large table has its plan checked, or a reason why not", () => {
  const known = [...Object.keys(cases), ...Object.keys(exempt)];
  expect(known.toSorted((a, b) => a.localeCompare(b))).toEqual(
    statementsOnLargeTables().toSorted((a, b) => a.localeCompare(b)),
  );
  for (const name of known) expect(sqlFile(name).text).toMatch(LARGE_TABLE);
});
