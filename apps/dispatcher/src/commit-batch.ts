/**
 * One transaction of the writer loop: routes and outcomes together.
 */
import { deliveryIdOf, type Lane, type Lanes } from "@stellwerk/delivery";
import type { History } from "@stellwerk/history";
import type { RuleContext } from "@stellwerk/rules";
import {
  insertOperations,
  insertRoutedEvents,
  keepHeard,
  keepTargetHealth,
  lockPartitions,
  lockRouting,
  markStarted,
  notify,
  promoteNext,
  QUEUE_CHANNEL,
  recordOutcomes,
  ruleContextOf,
  type ClaimedDelivery,
  type Database,
  type DeliveryOutcome,
  type OperationsEvent,
  type OrderedSubject,
  type Promoted,
  type Queryable,
  type RoutedDelivery,
  type RoutedEvent,
  type RoutedRows,
  type StartMark,
  type TargetHealth,
} from "@stellwerk/store";
import type { AccountTargets, ConfigurationCache } from "./configuration-cache.ts";
import type { IncomingEvent } from "./decode-record.ts";
import { RouteTooLargeError } from "./errors.ts";
import { gatherHeard, type HeardEvent } from "./heard.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import type { Ownership } from "./ownership.ts";
import { isRunnable, type Target } from "./targets.ts";
import { writeCommit, writeFailure } from "./write-history.ts";

/**
 * Deliveries made in one transaction, a single event's apart. A batch of 500 events for 2,000 subscriptions
 * makes a million: no statement timeout and no memory is large enough for all batches there may be.
 */
const MAX_DELIVERIES = 10_000;

/** A bus batch, or a part of one, to be routed. */
export interface Route {
  readonly partition: number;
  /** Of the operations topic instead of the events topic. */
  readonly operations: boolean;
  /** The offset in its topic that is reached when this is committed. */
  readonly nextOffset: number;
  readonly events: readonly IncomingEvent[];
}

/** An outcome, and what is to be told of it. */
export interface PendingRecord {
  readonly delivery: ClaimedDelivery;
  readonly outcome: DeliveryOutcome;
  readonly operations: readonly OperationsEvent[];
}

export interface CommitParts {
  readonly db: Database;
  readonly ownership: Ownership;
  readonly configuration: ConfigurationCache;
  readonly lanes: Lanes<ClaimedDelivery>;
  readonly metrics?: DispatcherMetrics | undefined;
  readonly history?: History | undefined;
}

export interface Committed {
  /** Accounts that records name but that do not exist. */
  readonly unknownAccounts: ReadonlySet<string>;
  /** The outcomes that were written; the others belong to somebody else now, or to a later run of ours. */
  readonly recorded: ReadonlySet<DeliveryOutcome>;
  /** May go on, because what was before them of their subjects has ended. */
  readonly promoted: readonly Promoted[];
  /** The marks that were written: only their deliveries may be called. */
  readonly started: ReadonlySet<StartMark>;
}

type DispatcherLane = Lane<ClaimedDelivery>;

interface Matched {
  readonly events: (RoutedEvent & HeardEvent)[];
  readonly deliveries: RoutedDelivery[];
  /** Deliveries that run at once, with the lane that keeps a place for each. */
  readonly reserved: Map<string, { readonly lane: DispatcherLane; readonly delivery: ClaimedDelivery }>;
  /** Lanes of the deliveries that wait in the store. */
  readonly unclaimed: {
    readonly lane: DispatcherLane;
    readonly eventId: string;
    readonly id: string;
    readonly dueInMs: number;
  }[];
}

interface Routed extends RoutedRows {
  readonly unknownAccounts: ReadonlySet<string>;
}

/** Where an event is routed: what its deliveries take from their partition. */
interface Place {
  readonly partition: number;
  /** Undefined: not ours, so nothing is claimed. */
  readonly epoch: number | undefined;
  readonly at: { lastSeq: number };
  readonly lanes: Lanes<ClaimedDelivery>;
}

const NONE: ReadonlySet<string> = new Set();
const NOTHING_RECORDED: Recorded = { recorded: new Set(), promoted: [] };
const NOT_STARTED: ReadonlySet<StartMark> = new Set();
const NOTHING_ROUTED: Routed = { inserted: NONE, ordered: new Map(), unknownAccounts: NONE };

export async function commitBatch(
  parts: CommitParts,
  routes: readonly Route[],
  marks: readonly StartMark[],
  outcomes: readonly PendingRecord[],
  health: readonly TargetHealth[],
): Promise<Committed> {
  const matched: Matched = { events: [], deliveries: [], reserved: new Map(), unclaimed: [] };
  let op = 0;
  try {
    const committed = await parts.db.transaction(async (tx) => {
      await lockOrder(tx, routes, outcomes);
      await keepTargetHealth(tx, parts.ownership.dispatcherId, health);
      const result = {
        ...(routes.length > 0 ? await commitRoutes(tx, parts, routes, matched) : NOTHING_ROUTED),
        ...(outcomes.length > 0 ? await commitOutcomes(tx, parts, outcomes) : NOTHING_RECORDED),
        // Last, so that a mark is as old as its commit and no older.
        started: marks.length > 0 ? await markStarted(tx, parts.ownership.dispatcherId, marks) : NOT_STARTED,
      };
      op = writeCommit(parts.history, { ...result, deliveries: matched.deliveries, outcomes });
      return result;
    });
    parts.history?.write({ kind: "committed", op });
    startRouted(matched, committed, parts.lanes);
    parts.metrics?.routed(committed.inserted.size, countNew(matched, committed.inserted));
    return committed;
  } catch (error) {
    if (op > 0) writeFailure(parts.history, op, error);
    for (const { lane } of matched.reserved.values()) parts.lanes.cancelReservation(lane);
    throw error;
  } finally {
    // Whoever needs it again, after a failure or for a mapping, reads it again.
    for (const { events } of routes) for (const { data } of events) data.letGo();
  }
}

type Recorded = Pick<Committed, "recorded" | "promoted">;

/** Where a subject's next one may go on: all partitions in one go, before anything else is locked (store's order.ts). */
async function lockOrder(
  tx: Queryable,
  routes: readonly Route[],
  outcomes: readonly PendingRecord[],
): Promise<void> {
  const subjects = endedSubjects(outcomes);
  if (subjects.length === 0) return;
  await lockPartitions(
    tx,
    [...routes, ...subjects].map((each) => each.partition),
  );
}

function endedSubjects(records: readonly PendingRecord[]): OrderedSubject[] {
  return records.flatMap(({ delivery: { partition, orderKey }, outcome }) =>
    orderKey === null || outcome.state === null ? [] : [{ partition, orderKey }],
  );
}

/** What is told of an outcome is written with it, and not without it. */
async function commitOutcomes(
  tx: Queryable,
  { ownership }: CommitParts,
  records: readonly PendingRecord[],
): Promise<Recorded> {
  const recorded = await recordOutcomes(
    tx,
    ownership.dispatcherId,
    records.map((each) => each.outcome),
  );
  const written = records.filter((each) => recorded.has(each.outcome));
  await insertOperations(
    tx,
    written.flatMap((each) => each.operations),
  );
  return { recorded, promoted: await promoteNext(tx, endedSubjects(written)) };
}

/** Fills `matched`, so that its reservations can be taken back when the transaction fails. */
async function commitRoutes(
  tx: Queryable,
  parts: CommitParts,
  routes: readonly Route[],
  matched: Matched,
): Promise<Routed> {
  const accountIds = new Set(routes.flatMap((route) => route.events.map((event) => event.accountId)));
  const partitions = new Set(routes.map((route) => route.partition));
  const held = parts.ownership.partitions.filter((each) => partitions.has(each.partition));
  const lock = await lockRouting(tx, {
    dispatcherId: parts.ownership.dispatcherId,
    held,
    partitions: [...partitions],
    accountIds: [...accountIds],
  });
  // What is not ours goes in unclaimed: routing needs no ownership.
  parts.ownership.lose(held.map((each) => each.partition).filter((partition) => !lock.owned.has(partition)));
  const accounts = await currentAccounts(tx, parts.configuration, accountIds, lock.revisions);
  const reached = new Map(lock.routed.map((each) => [each.partition, { ...each }]));
  for (const route of routes) {
    const at = reached.get(route.partition);
    if (at === undefined) throw new Error(`Partition ${route.partition} has no row in partition_routed`);
    const offset = offsetReached(route, accounts.unknown);
    if (route.operations) at.nextOperationsOffset = Math.max(at.nextOperationsOffset, offset);
    else at.nextOffset = Math.max(at.nextOffset, offset);
    const epoch = lock.owned.has(route.partition) ? parts.ownership.epochOf(route.partition) : undefined;
    for (const event of route.events) {
      const account = accounts.known.get(event.accountId);
      if (account !== undefined) {
        matchEvent(event, account, { partition: route.partition, epoch, at, lanes: parts.lanes }, matched);
      }
      if (matched.deliveries.length > MAX_DELIVERIES && matched.events.length > 1) {
        throw new RouteTooLargeError(MAX_DELIVERIES);
      }
    }
  }
  const rows = await insertRoutedEvents(tx, matched.events, matched.deliveries, [...reached.values()]);
  await tellOwners(tx, matched, rows, lock.owned);
  await keepHeard(tx, gatherHeard(matched.events, rows.inserted));
  return { ...rows, unknownAccounts: accounts.unknown };
}

/** What is not ours went in unclaimed: its owner would find it at its next sweep, and hears of it now. */
async function tellOwners(
  tx: Queryable,
  { unclaimed }: Matched,
  { inserted }: RoutedRows,
  owned: ReadonlySet<number>,
): Promise<void> {
  const partitions = new Set<number>();
  for (const { lane, eventId } of unclaimed) {
    if (!owned.has(lane.partition) && inserted.has(eventId)) partitions.add(lane.partition);
  }
  for (const partition of partitions) await notify(tx, QUEUE_CHANNEL, String(partition));
}

/** Not past a record that goes to the dead topic: it is put aside only after this commit. */
function offsetReached(route: Route, unknownAccounts: ReadonlySet<string>): number {
  const firstDead = route.events.find((event) => unknownAccounts.has(event.accountId));
  return firstDead === undefined ? route.nextOffset : Math.min(route.nextOffset, Number(firstDead.offset));
}

/** Every account's configuration at its current revision, so that a rule saved just before an event is not missed. */
async function currentAccounts(
  tx: Queryable,
  configuration: ConfigurationCache,
  ids: ReadonlySet<string>,
  revisions: ReadonlyMap<string, number>,
): Promise<{ known: Map<string, AccountTargets>; unknown: Set<string> }> {
  const known = new Map<string, AccountTargets>();
  const stale: string[] = [];
  for (const [id, revision] of revisions) {
    const cached = configuration.get(id);
    if (cached !== undefined && cached.revision >= revision) known.set(id, cached);
    else stale.push(id);
  }
  if (stale.length > 0) {
    for (const [id, account] of await configuration.load(tx, stale)) known.set(id, account);
  }
  return { known, unknown: new Set([...ids].filter((id) => !known.has(id))) };
}

/** New here, but handled before by the group: the database was restored, and the effect may be there. */
const IN_DOUBT = {
  reason: "in_doubt",
  detail:
    "The database was restored from a backup made before this was routed; nobody knows whether it was sent. " +
    "Look at the target, then send it again if it is missing there",
};

/**
 * What is to be made of one that may have been sent before the database was restored. `in_doubt`: its turn settles it,
 * by looking where one can, and by whatever its action turns out to be where that is not known here.
 */
function repeatedAs(target: Target): "sent_again" | "in_doubt" | "held" {
  const runnable = target.runnable();
  if (!isRunnable(runnable)) return "in_doubt";
  const { repeat } = runnable.action;
  if (repeat.kind === "probe") return "in_doubt";
  return repeat.kind === "never" && repeat.inDoubt === "hold" ? "held" : "sent_again";
}

function matchEvent(
  event: IncomingEvent,
  account: AccountTargets,
  { partition, epoch, at, lanes }: Place,
  matched: Matched,
): void {
  matched.events.push({ ...event, partition, revision: account.revision });
  const context = (): RuleContext => ruleContextOf(event, event.data.value, account.sourceOf(event.sourceId));
  for (const target of account.match(event.type, context)) {
    const lane = lanes.lane(partition, event.accountId, target.subscriptionId);
    const id = deliveryIdOf(event.id, target.subscriptionId);
    // The same record twice in one batch: the second makes nothing.
    if (matched.reserved.has(id)) continue;
    const repeated = event.repeated ? repeatedAs(target) : undefined;
    const held = repeated === "held" ? IN_DOUBT : undefined;
    const inDoubt = repeated === "in_doubt";
    const startsNow = held === undefined && !inDoubt && target.settleMs === null;
    const claimedEpoch = startsNow && epoch !== undefined && lanes.reserve(lane) ? epoch : null;
    at.lastSeq += 1;
    matched.deliveries.push({
      id,
      accountId: event.accountId,
      eventId: event.id,
      subscriptionId: target.subscriptionId,
      subscriptionVersion: target.version,
      connectionId: target.connectionId,
      partition,
      seq: at.lastSeq,
      claimedEpoch,
      possiblySent: event.repeated,
      held,
      inDoubt,
      ordered: target.ordered,
      settleMs: target.settleMs,
      marksStart: target.marksStart,
    });
    if (claimedEpoch === null) {
      matched.unclaimed.push({ lane, id, eventId: event.id, dueInMs: target.settleMs ?? 0 });
      continue;
    }
    matched.reserved.set(id, {
      lane,
      delivery: {
        deliveryId: id,
        accountId: event.accountId,
        partition,
        epoch: claimedEpoch,
        subscriptionId: target.subscriptionId,
        subscriptionVersion: target.version,
        key: id,
        attempts: 0,
        ageMs: 0,
        createdAt: event.receivedAt,
        seq: at.lastSeq,
        orderKey: null,
        startedAt: null,
        startedAgoMs: null,
        settleUntil: null,
        event,
      },
    });
  }
}

function countNew({ deliveries }: Matched, inserted: ReadonlySet<string>): number {
  let count = 0;
  for (const { eventId } of deliveries) if (inserted.has(eventId)) count += 1;
  return count;
}

function startRouted(
  matched: Matched,
  { inserted, ordered }: RoutedRows,
  lanes: Lanes<ClaimedDelivery>,
): void {
  for (const { lane, delivery } of matched.reserved.values()) {
    const place = ordered.get(delivery.deliveryId);
    // One that is behind another of its subject starts when that is gone.
    if (inserted.has(delivery.event.id) && place?.behind !== true) {
      lanes.take(lane, place === undefined ? delivery : { ...delivery, orderKey: place.orderKey });
    }
    lanes.cancelReservation(lane);
  }
  for (const { lane, id, eventId, dueInMs } of matched.unclaimed) {
    if (!inserted.has(eventId) || ordered.get(id)?.behind === true) continue;
    // The one of then may have been dropped meanwhile: nothing held it.
    lanes.wait(lanes.lane(lane.partition, lane.accountId, lane.subscriptionId), dueInMs);
  }
}
