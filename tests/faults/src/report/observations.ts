/** What was seen from outside, as lines of the run's history. Written at the end, each with the time it was seen at. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Received } from "@stellwerk/e2e/receiver/ledger.ts";
import type { HistoryEntry, HistoryLine } from "@stellwerk/history";
import type { Promised } from "../stage/drill-load.ts";
import { monotonicMs } from "../stage/monotonic.ts";
import type { Settled } from "../stage/person.ts";
import type { DrillAccount } from "../stage/set-up.ts";

/** A row of the log, its ids as the API shows them. */
export interface LoggedDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly key: string;
  readonly state: string;
  readonly possiblySent: boolean;
}

export interface Observed {
  readonly accounts: readonly DrillAccount[];
  readonly promised: readonly Promised[];
  readonly received: readonly Received[];
  readonly settled: readonly Settled[];
  readonly logged: readonly LoggedDelivery[];
}

export function writeObservations(folder: string, observed: Observed): void {
  const { accounts, promised, received, settled, logged } = observed;
  const subscribed = accounts.flatMap((account) =>
    account.subscriptions.map(({ id, repeat }) =>
      seen(0, { kind: "subscribed", account: account.id, subscription: id, repeat }),
    ),
  );
  const now = monotonicMs();
  write(folder, "publisher", [
    ...subscribed,
    ...promised.map(({ account, event, atMs }) => seen(atMs, { kind: "promised", account, event })),
  ]);
  write(
    folder,
    "receiver",
    received.map(({ webhookId, effect, monotonicMs: at }) =>
      seen(at, { kind: "arrived", key: webhookId, effect }),
    ),
  );
  write(
    folder,
    "person",
    settled.map(({ delivery, as, atMs }) => seen(atMs, { kind: "settled", delivery, as })),
  );
  write(
    folder,
    "log",
    logged.map(({ id, eventId, subscriptionId, key, state, possiblySent }) =>
      seen(now, {
        kind: "final",
        delivery: id,
        event: eventId,
        subscription: subscriptionId,
        key,
        state,
        possiblySent,
      }),
    ),
  );
}

type Seen = { readonly at: number } & HistoryEntry;

function seen(at: number, entry: HistoryEntry): Seen {
  return { at, ...entry };
}

function write(folder: string, by: string, entries: readonly Seen[]): void {
  const inOrder = entries.toSorted((a, b) => a.at - b.at);
  const lines = inOrder.map((entry, index): HistoryLine => ({ ...entry, by, n: index + 1 }));
  writeFileSync(
    join(folder, `seen-by-${by}.jsonl`),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
}
