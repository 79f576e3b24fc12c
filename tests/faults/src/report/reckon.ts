/** The ledgers held against each other: what was promised, what arrived, what the log says, and how long it took. */
import type { Received } from "@stellwerk/e2e/receiver/ledger.ts";
import type { Finding, HistoryLine } from "@stellwerk/history";
import type { Struck } from "../faults/strike-all.ts";
import type { Promised } from "../stage/drill-load.ts";
import type { Settled } from "../stage/person.ts";
import type { DrillAccount } from "../stage/set-up.ts";
import type { LoggedDelivery } from "./observations.ts";
import { recoveries, type Recovery } from "./recoveries.ts";

export interface Ledgers {
  readonly struck: readonly Struck[];
  readonly posted: number;
  readonly promised: readonly Promised[];
  readonly accounts: readonly DrillAccount[];
  readonly received: readonly Received[];
  readonly logged: readonly LoggedDelivery[];
  readonly settled: readonly Settled[];
  /** What the checker found in the history. */
  readonly broken: readonly Finding[];
  readonly lines: readonly HistoryLine[];
  readonly repeatedRecords: number;
  /** Faults that this machine cannot have, with the reason. */
  readonly missingFaults: readonly string[];
}

export interface Reckoning {
  readonly faults: number;
  readonly kills: number;
  readonly posted: number;
  /** Answered 202. */
  readonly accepted: number;
  readonly deliveries: number;
  readonly delivered: number;
  /** Promised, and its target never got it. Must be 0. */
  readonly missing: number;
  /** Keys that had their effect more than once, and the log says that this may be. */
  readonly doubledWithDoubt: number;
  /** Must be 0. */
  readonly doubledWithoutDoubt: number;
  readonly doubts: number;
  /** Of them, settled by a person. */
  readonly settledByPerson: number;
  /** Of a subject at an ordered subscription. Must be 0. */
  readonly outOfOrder: number;
  /** Webhooks whose body is not the one that was published. Must be 0. */
  readonly altered: number;
  /** Records that the bus has more than once, since their first answer was lost: none makes a second delivery. */
  readonly repeatedRecords: number;
  /** Lines of the history, and rules of it that do not hold. Must be none. */
  readonly historyLines: number;
  readonly broken: readonly Finding[];
  readonly recoveries: readonly Recovery[];
  readonly missingFaults: readonly string[];
  /** In words; empty: every promise was kept. */
  readonly problems: readonly string[];
}

export function reckon(ledgers: Ledgers): Reckoning {
  const { struck, promised, accounts, received, logged, settled, broken, lines } = ledgers;
  const effects = Map.groupBy(
    received.filter((each) => each.effect),
    (each) => each.webhookId,
  );
  const byEvent = Map.groupBy(logged, (each) => each.eventId);
  const subscriptions = new Map(accounts.map((each) => [each.id, each.subscriptions]));
  const missing = promised.flatMap(({ event, account }) =>
    (subscriptions.get(account) ?? []).flatMap(({ id }) => {
      const delivery = byEvent.get(event)?.find((each) => each.subscriptionId === id);
      const isThere = delivery?.state === "delivered" && effects.has(delivery.key);
      return isThere ? [] : `${event} for ${id} is ${delivery?.state ?? "nowhere"}: ${delivery?.id ?? ""}`;
    }),
  );
  const doubled = logged.filter((each) => (effects.get(each.key)?.length ?? 0) > 1);
  const doubledWithoutDoubt = doubled.filter((each) => !each.possiblySent).map((each) => each.id);
  const outOfOrder = findOutOfOrder(ledgers, effects, byEvent);
  const bodies = new Map(promised.map((each) => [each.event, each.bodyHash]));
  const altered = received
    // The drill's requests are not the event's body.
    .filter(({ path, eventId, bodyHash }) => path === "/" && (bodies.get(eventId) ?? bodyHash) !== bodyHash)
    .map((each) => each.webhookId);
  return {
    faults: struck.length,
    kills: struck.filter((each) => each.kills).length,
    posted: ledgers.posted,
    accepted: promised.length,
    deliveries: logged.length,
    delivered: logged.filter((each) => each.state === "delivered").length,
    missing: missing.length,
    doubledWithDoubt: doubled.length - doubledWithoutDoubt.length,
    doubledWithoutDoubt: doubledWithoutDoubt.length,
    doubts: logged.filter((each) => each.possiblySent).length,
    settledByPerson: new Set(settled.map((each) => each.delivery)).size,
    outOfOrder: outOfOrder.length,
    altered: altered.length,
    repeatedRecords: ledgers.repeatedRecords,
    historyLines: lines.length,
    broken,
    recoveries: recoveries(ledgers, effects, byEvent),
    missingFaults: ledgers.missingFaults,
    problems: [
      ...named("missing", missing),
      ...named("doubled without a recorded doubt", doubledWithoutDoubt),
      ...named("out of order", outOfOrder),
      ...named("altered", altered),
      ...broken.flatMap(({ rule, places }) => named(rule, places)),
    ],
  };
}

export type Effects = ReadonlyMap<string, readonly Received[]>;
export type ByEvent = ReadonlyMap<string, readonly LoggedDelivery[]>;

/** Seen from outside: the next of a subject was posted after 202 for the one before, so it may not arrive before it. */
function findOutOfOrder({ promised, accounts }: Ledgers, effects: Effects, byEvent: ByEvent): string[] {
  const ordered = accounts.flatMap((each) => each.subscriptions).filter((each) => each.ordered);
  const subjects = Map.groupBy(promised, (each) => each.subject);
  return ordered.flatMap(({ id }) =>
    [...subjects.values()].flatMap((events) => {
      let latest = Number.NEGATIVE_INFINITY;
      return events
        .toSorted((a, b) => a.number - b.number)
        .flatMap(({ event, number, subject }) => {
          const delivery = byEvent.get(event)?.find((each) => each.subscriptionId === id);
          const at = delivery && effects.get(delivery.key)?.[0]?.monotonicMs;
          if (at === undefined) return [];
          const isEarly = at < latest;
          latest = Math.max(latest, at);
          return isEarly ? [`${id}: No. ${number} of subject ${subject} came before the one before it`] : [];
        });
    }),
  );
}

const SHOWN = 5;

function named(what: string, places: readonly string[]): string[] {
  if (places.length === 0) return [];
  return [`${places.length} × ${what}: ${places.slice(0, SHOWN).join("; ")}`];
}
