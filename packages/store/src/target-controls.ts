/**
 * Pauses and resumes that people ask for. One row each, however much waits: it goes on waiting where it is.
 * Callers hold the account's revision.
 */
import type { CatchUpMode } from "./configuration.ts";
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const holdSubscriptionStatement = sqlFile("hold-subscription");
const resumeSubscriptionStatement = sqlFile("resume-subscription");
const resumeMendedStatement = sqlFile("resume-mended-subscriptions");
const holdConnectionStatement = sqlFile("hold-connection");
const resumeConnectionStatement = sqlFile("resume-connection");

/** A subscription or connection that sends nothing now. */
export interface Pause {
  readonly pausedAt: Date | null;
  /** `paused`: a person did. Else the dispatcher, with its reason: `gone`, `failing`, `misconfigured`, `auth`. */
  readonly pausedReason: string | null;
  readonly pausedDetail: string | null;
}

export async function holdSubscription(
  tx: Queryable,
  accountId: string,
  id: string,
  detail: string | null,
): Promise<void> {
  await tx.query(holdSubscriptionStatement, [accountId, id, detail]);
}

/** Nothing happens to one that is not paused. */
export async function resumeSubscription(
  tx: Queryable,
  accountId: string,
  id: string,
  { catchUp, perSecond }: { catchUp: CatchUpMode; perSecond: number | null },
): Promise<void> {
  await tx.query(resumeSubscriptionStatement, [accountId, id, catchUp, perSecond]);
}

/** What the dispatcher stopped goes on, because what it stopped for was changed. */
export async function resumeMendedSubscriptions(
  tx: Queryable,
  accountId: string,
  mended: { connectionId: string } | { subscriptionId: string },
): Promise<void> {
  const connectionId = "connectionId" in mended ? mended.connectionId : null;
  const subscriptionId = "subscriptionId" in mended ? mended.subscriptionId : null;
  await tx.query(resumeMendedStatement, [accountId, connectionId, subscriptionId]);
}

export async function holdConnection(
  tx: Queryable,
  accountId: string,
  id: string,
  detail: string | null,
): Promise<void> {
  await tx.query(holdConnectionStatement, [accountId, id, detail]);
}

/** `onlyStopped`: a person's own pause stays. */
export async function resumeConnection(
  tx: Queryable,
  accountId: string,
  id: string,
  { onlyStopped }: { onlyStopped: boolean },
): Promise<void> {
  await tx.query(resumeConnectionStatement, [accountId, id, onlyStopped]);
}
