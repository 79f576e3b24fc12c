/** Trying a rule for real: an event for it alone, and for a draft a subscription that nobody sees. */
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const insertTriedEventStatement = sqlFile("insert-tried-event");
const makeTrialStatement = sqlFile("make-trial");
const endTrialsStatement = sqlFile("end-trials");

export interface TriedEvent {
  readonly id: string;
  readonly accountId: string;
  readonly type: string;
  readonly subject: string | null;
  readonly title: string | null;
  readonly domain: string | null;
  readonly body: Uint8Array;
  /** The subscription it is for; it is delivered to nobody else. */
  readonly onlyFor: string;
}

export async function insertTriedEvent(tx: Queryable, event: TriedEvent): Promise<void> {
  await tx.query(insertTriedEventStatement, [
    event.id,
    event.accountId,
    event.type,
    event.subject,
    event.title,
    event.domain,
    event.body,
    event.onlyFor,
  ]);
}

/** Of a subscription that was just made for a draft; `connectionId` when that was made with it. */
export async function makeTrial(
  tx: Queryable,
  accountId: string,
  trial: { readonly subscriptionId: string; readonly connectionId: string | undefined },
): Promise<void> {
  await tx.query(makeTrialStatement, [accountId, trial.subscriptionId, trial.connectionId ?? null]);
}

/** How many drafts ended. */
export async function endTrials(db: Queryable): Promise<number> {
  const [row] = await db.query<{ ended: number }>(endTrialsStatement);
  return row?.ended ?? 0;
}
