/** What the dispatcher does, as lines of the run's history (packages/history). Without one nothing is made. */
import { formatId } from "@stellwerk/delivery";
import type { Claim, History, OutcomeLine, RoutedLine } from "@stellwerk/history";
import {
  StoreUnavailableError,
  type ClaimedDelivery,
  type DeliveryOutcome,
  type LaneRoom,
  type RoutedDelivery,
  type RoutedPlace,
  type StartMark,
  type Takeover,
} from "@stellwerk/store";

type Unless = History | undefined;

/** What a transaction is about to commit. */
interface Commitment {
  readonly deliveries: readonly RoutedDelivery[];
  /** Ids of the events that are new: only their deliveries are made. */
  readonly inserted: ReadonlySet<string>;
  readonly ordered: ReadonlyMap<string, RoutedPlace>;
  readonly started: ReadonlySet<StartMark>;
  readonly outcomes: readonly { readonly outcome: DeliveryOutcome }[];
  /** The outcomes that are still ours to write. */
  readonly recorded: ReadonlySet<DeliveryOutcome>;
}

/** Right before the commit. Answers its number, for the line behind it; 0: there is no history. */
export function writeCommit(history: Unless, commitment: Commitment): number {
  if (history === undefined) return 0;
  const { deliveries, inserted, ordered, started, outcomes, recorded } = commitment;
  const op = history.nextOp();
  const made = deliveries.filter((each) => inserted.has(each.eventId));
  history.write({
    kind: "committing",
    op,
    routed: made.map((each) => routedLine(each, ordered.get(each.id))),
    marked: [...started].map((each) => idOf(each.deliveryId)),
    outcomes: outcomes.flatMap(({ outcome }) => (recorded.has(outcome) ? outcomeLine(outcome) : [])),
    refused: outcomes.flatMap(({ outcome }) => (recorded.has(outcome) ? [] : idOf(outcome.deliveryId))),
  });
  return op;
}

export function writeFailure(history: Unless, op: number, error: unknown): void {
  history?.write({ kind: "failed", op, unsure: error instanceof StoreUnavailableError });
}

/** Claims between two lines: what was asked, and what came of it. */
export async function writeClaims(
  history: Unless,
  rooms: readonly LaneRoom[],
  claim: () => Promise<ClaimedDelivery[]>,
): Promise<ClaimedDelivery[]> {
  if (history === undefined) return claim();
  const op = history.nextOp();
  history.write({ kind: "claiming", op, room: rooms.reduce((sum, each) => sum + each.room, 0) });
  try {
    const claimed = await claim();
    history.write({ kind: "claimed", op, claims: claimed.map(claimLine) });
    return claimed;
  } catch (error) {
    writeFailure(history, op, error);
    throw error;
  }
}

/** Right before the call. */
export function writeStart(history: Unless, delivery: ClaimedDelivery): void {
  history?.write({
    kind: "started",
    ...claimLine(delivery),
    key: idOf(delivery.key),
    attempt: delivery.attempts + 1,
  });
}

export function writeTakeover(history: Unless, { partitions, requeued }: Takeover): void {
  const places = partitions.map(({ partition, epoch }) => [partition, epoch] as const);
  history?.write({ kind: "took", partitions: places, requeued });
}

function routedLine(delivery: RoutedDelivery, place: RoutedPlace | undefined): RoutedLine {
  return {
    delivery: idOf(delivery.id),
    event: formatId("evt", delivery.eventId),
    subscription: formatId("sub", delivery.subscriptionId),
    partition: delivery.partition,
    seq: delivery.seq,
    claimedEpoch: place?.behind === true ? null : delivery.claimedEpoch,
    order: place?.orderKey ?? null,
  };
}

function outcomeLine({ deliveryId, partition, epoch, state, possiblySent }: DeliveryOutcome): OutcomeLine {
  return { delivery: idOf(deliveryId), partition, epoch, state, possiblySent };
}

function claimLine({ deliveryId, partition, epoch }: ClaimedDelivery): Claim {
  return { delivery: idOf(deliveryId), partition, epoch };
}

function idOf(delivery: string): string {
  return formatId("dlv", delivery);
}
