/** Makes a subscription, and its connection with it when that comes inline. */
import { newUuid } from "@stellwerk/delivery";
import { findConnection, insertSubscription, type Queryable } from "@stellwerk/store";
import type { z } from "zod";
import { checkConnectionDraft, type CheckedConnection, createConnection } from "../connections/connection.ts";
import { type FieldProblem, invalidRequest } from "../errors.ts";
import type { Services } from "../services.ts";
import { checkAction, checkOrder, type newSubscription } from "./subscription.ts";

export type SubscriptionDraft = z.output<typeof newSubscription>;

/** Everything about a draft that needs no database, with all that is wrong. */
export async function checkSubscriptionDraft(
  draft: SubscriptionDraft,
  services: Pick<Services, "connectors" | "targets">,
): Promise<CheckedConnection | undefined> {
  const errors: FieldProblem[] = [
    ...checkOrder({ ordered: draft.order === "subject", onRejected: draft.onRejected }),
    ...checkAction(draft, draft.connection?.connector, services.connectors),
  ];
  const inline =
    draft.connection === undefined
      ? undefined
      : await checkConnectionDraft(draft.connection, services, "connection.");
  if (inline !== undefined && "errors" in inline) errors.push(...inline.errors);
  if (errors.length > 0) throw invalidRequest(errors);
  return inline !== undefined && "errors" in inline ? undefined : inline;
}

/** In a transaction that holds the account's revision; answers the connection. `inline` is from `checkSubscriptionDraft`. */
export async function createSubscription(
  tx: Queryable,
  accountId: string,
  revision: number,
  id: string,
  draft: SubscriptionDraft,
  inline: CheckedConnection | undefined,
  services: Pick<Services, "connectors" | "sealer">,
): Promise<string> {
  let { connectionId } = draft;
  if (inline !== undefined) {
    connectionId = newUuid();
    await createConnection(tx, accountId, connectionId, inline, services.sealer);
  }
  if (connectionId === undefined) throw new Error("a draft without a connection was let through");
  if (inline === undefined) await requireUsable(tx, accountId, connectionId, draft, services);
  await insertSubscription(tx, accountId, revision, id, {
    name: draft.name,
    enabled: draft.enabled,
    connectionId,
    eventTypes: [...new Set(draft.eventTypes)],
    action: draft.action,
    input: draft.input,
    condition: draft.when,
    retryScheduleMs: draft.retry?.schedule ?? null,
    maxAgeMs: draft.retry?.maxAge ?? null,
    concurrency: draft.limits?.concurrency ?? null,
    perSecond: draft.limits?.perSecond ?? null,
    ordered: draft.order === "subject",
    onRejected: draft.onRejected,
    settleMs: null,
  });
  return connectionId;
}

/** The connection exists in this account and is one for the action. */
export async function requireUsable(
  tx: Queryable,
  accountId: string,
  connectionId: string,
  rule: { action: string; input: unknown },
  { connectors }: Pick<Services, "connectors">,
): Promise<void> {
  const row = await findConnection(tx, accountId, connectionId);
  const errors = checkAction(rule, row?.connector, connectors);
  if (row === undefined) {
    errors.push({
      path: "connectionId",
      message: "is not a connection of this account",
      expected: "the id of a connection",
      fix: "List them with GET /v1/connections, or send `connection` to make one in the same call.",
    });
  }
  if (errors.length > 0) throw invalidRequest(errors);
}
