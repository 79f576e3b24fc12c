/**
 * Holds the two ledgers and the delivery log against each other: was every promise kept, and is every doubt told?
 */
import type { ApiDelivery } from "./api-client.ts";
import type { Posted } from "./load.ts";
import type { Received } from "./receiver/ledger.ts";

export interface CheckOptions {
  /** By number. */
  readonly posted: ReadonlyMap<number, Posted>;
  readonly received: readonly Received[];
  readonly deliveries: readonly ApiDelivery[];
  /** When a process that sends was ended, in Unix milliseconds: the only excuse for sending twice. */
  readonly senderEndings: readonly number[];
}

/** Every list but the first four numbers must be empty. */
export interface Findings {
  readonly posted: number;
  /** Answered 202. */
  readonly accepted: number;
  /** Requests that the receiver answered 200. */
  readonly delivered: number;
  /** webhook-ids that arrived more than once. */
  readonly repeated: number;
  /** Delivered although nobody was told 202: allowed. */
  readonly unpromised: number;
  /** Accepted, and the receiver never got it. */
  readonly missing: readonly string[];
  /** Accepted, and the log does not say "delivered" exactly once. */
  readonly notInLog: readonly string[];
  /** Arrived more than once and not marked `possiblySent` on its delivery. */
  readonly unmarked: readonly string[];
  /** Arrived again although no sender was ended between the two. */
  readonly unexplained: readonly string[];
  /** One request that became two events, or an event with another request's body. */
  readonly mixedUp: readonly string[];
  readonly wrongBody: readonly string[];
  readonly wrongSignature: readonly string[];
}

/** A request that was on the wire when its sender was killed may be read, and timed, a little later. */
const ON_THE_WIRE_MS = 1_000;

export function check({ posted, received, deliveries, senderEndings }: CheckOptions): Findings {
  const kept = received.filter((each) => each.answer === 200);
  const accepted = [...posted.values()].filter((each) => each.eventId !== undefined);
  const arrived = new Set(kept.map((each) => each.eventId));
  const repeated = [...groupBy(kept, (each) => each.webhookId)].filter(([, times]) => times.length > 1);
  const byKey = new Map(deliveries.map((each) => [each.key, each]));
  const byEvent = groupBy(deliveries, (each) => each.eventId);
  const promised = new Set(accepted.map((each) => each.eventId));

  return {
    posted: posted.size,
    accepted: accepted.length,
    delivered: kept.length,
    repeated: repeated.length,
    unpromised: [...arrived].filter((id) => !promised.has(id)).length,
    missing: accepted.filter((each) => !arrived.has(each.eventId ?? "")).map(nameOf),
    notInLog: accepted
      .filter((each) => {
        const log = byEvent.get(each.eventId ?? "") ?? [];
        return log.length !== 1 || log[0]?.state !== "delivered";
      })
      .map(
        (each) =>
          `${nameOf(each)}: ${(byEvent.get(each.eventId ?? "") ?? []).map((one) => one.state).join(", ")}`,
      ),
    unmarked: repeated.filter(([key]) => byKey.get(key)?.possiblySent !== true).map(([key]) => key),
    unexplained: repeated.filter(([, times]) => !isExplained(times, senderEndings)).map(([key]) => key),
    mixedUp: findMixedUp(posted, kept),
    wrongBody: received
      .filter((each) => posted.get(each.number ?? -1)?.bodyHash !== each.bodyHash)
      .map((each) => each.webhookId),
    wrongSignature: received.filter((each) => !each.signatureOk).map((each) => each.webhookId),
  };
}

function isExplained(times: readonly Received[], senderEndings: readonly number[]): boolean {
  return times.slice(1).every((again, index) => {
    const before = (times[index]?.at ?? 0) - ON_THE_WIRE_MS;
    return senderEndings.some((ending) => before <= ending && ending <= again.at);
  });
}

function findMixedUp(posted: ReadonlyMap<number, Posted>, kept: readonly Received[]): string[] {
  return [...groupBy(kept, (each) => each.number ?? -1)]
    .filter(([number, times]) => {
      const ids = new Set(times.map((each) => each.eventId));
      const promised = posted.get(number)?.eventId;
      return ids.size !== 1 || (promised !== undefined && !ids.has(promised));
    })
    .map(([number, times]) => `No. ${number}: ${times.map((each) => each.eventId).join(", ")}`);
}

function nameOf(each: Posted): string {
  return `No. ${each.number} ${each.eventId}`;
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  return Map.groupBy(items, keyOf);
}
