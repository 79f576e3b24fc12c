/** The end of a run: everything that was promised arrives, or nothing moves any more. */
import { waitFor } from "@stellwerk/e2e/wait.ts";
import { formatId, parseId } from "@stellwerk/delivery";
import { openDatabase } from "@stellwerk/store";
import type { LoggedDelivery } from "../report/observations.ts";
import type { Promised } from "./drill-load.ts";
import type { Stage } from "./stage.ts";

/** What is left when the load stops: retries, a call that hangs, a person who looks once a second. */
const SETTLED_WITHIN_MS = 900_000;
/** Longer than a dispatcher takes to come back, and than the longest wait of a retry. */
const NOTHING_MOVES_MS = 90_000;

/** Waits until all that was promised is routed and nothing waits any more, and answers what the log says. */
export async function settle(
  { postgres }: Stage,
  promised: readonly Promised[],
): Promise<{ logged: LoggedDelivery[]; repeatedRecords: number }> {
  const db = openDatabase({ url: postgres.url, applicationName: "stellwerk faults" });
  try {
    const ids = promised.map(({ event }) => parseId("evt", event));
    let left = "";
    let changedAt = performance.now();
    const isEmpty = async () => {
      const [row] = await db.query<{ routed: number; waiting: number }>(
        `SELECT (SELECT count(*) FROM event WHERE id = ANY ($1))::int AS routed,
           (SELECT count(*) FROM queue)::int AS waiting`,
        [ids],
      );
      const now = JSON.stringify(row);
      if (now !== left) [left, changedAt] = [now, performance.now()];
      // A backlog takes as long as it takes, but something must move.
      if (performance.now() - changedAt > NOTHING_MOVES_MS) throw new Error("nothing moves any more");
      return row?.routed === ids.length && row.waiting === 0;
    };
    await waitFor(isEmpty, { withinMs: SETTLED_WITHIN_MS, everyMs: 500, what: "everything to arrive" }).catch(
      () => {
        // The reckoning names what is missing, which says more than a timeout.
      },
    );
    const rows = await db.query<LoggedDelivery>(
      `SELECT id, event_id AS "eventId", subscription_id AS "subscriptionId", key, coalesce(state, 'queued') AS state,
         possibly_sent AS "possiblySent"
       FROM delivery`,
    );
    // What was read of the bus, less the events that it was.
    const [bus] = await db.query<{ repeated: number }>(
      `SELECT ((SELECT sum(next_offset + next_operations_offset) FROM partition_routed)
         - (SELECT count(*) FROM event))::int AS repeated`,
    );
    const logged = rows.map((row) => ({
      ...row,
      id: formatId("dlv", row.id),
      eventId: formatId("evt", row.eventId),
      subscriptionId: formatId("sub", row.subscriptionId),
      key: formatId("dlv", row.key),
    }));
    return { logged, repeatedRecords: bus?.repeated ?? 0 };
  } finally {
    await db.close();
  }
}
