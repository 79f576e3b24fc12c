/** Makes a subscription, and its connection with it when that comes inline. */
import { newUuid } from "@stellwerk/delivery";
import { findConnection, insertSubscription, type Queryable } from "@stellwerk/store";
import type { z } from "zod";
import { checkConnectionDraft, type CheckedConnection, createConnection } from "../connections/connection.ts";
import { type FieldProblem, invalidRequest } from "../errors.ts";
import type { Services } from "../services.ts";
import { checkRule, knownShapes, type Rule, unseenTypes } from "./check-rule.ts";
import { checkOrder, type newSubscription } from "./subscription.ts";

export type SubscriptionDraft = z.output<typeof newSubscription>;

export interface CheckedDraft {
  /** To be made with it. */
  readonly inline: CheckedConnection | undefined;
  readonly warnings: readonly FieldProblem[];
}

/** Everything about a draft but its `connectionId`, with all that is wrong. */
export async function checkSubscriptionDraft(
  draft: SubscriptionDraft,
  accountId: string,
  services: Pick<Services, "db" | "connectors" | "targets">,
): Promise<CheckedDraft> {
  const { db, connectors } = services;
  const known = await knownShapes(db, accountId, draft.eventTypes);
  const check = checkRule(draft, draft.connection?.connector, connectors, known);
  const order = checkOrder({ ordered: draft.order === "subject", onRejected: draft.onRejected });
  const errors: FieldProblem[] = [...order, ...check.errors];
  const inline =
    draft.connection === undefined
      ? undefined
      : await checkConnectionDraft(draft.connection, services, "connection.");
  if (inline !== undefined && "errors" in inline) errors.push(...inline.errors);
  if (errors.length > 0) throw invalidRequest(errors);
  const unseen = await unseenTypes(db, accountId, draft.eventTypes);
  return {
    inline: inline !== undefined && "errors" in inline ? undefined : inline,
    warnings: [...unseen, ...check.warnings],
  };
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
    settleMs: draft.settle?.for ?? null,
  });
  return connectionId;
}

/** The connection exists in this account and is one for the action. Answers what is doubtful. */
export async function requireUsable(
  tx: Queryable,
  accountId: string,
  connectionId: string,
  rule: Rule,
  { connectors }: Pick<Services, "connectors">,
): Promise<readonly FieldProblem[]> {
  const row = await findConnection(tx, accountId, connectionId);
  const known = await knownShapes(tx, accountId, rule.eventTypes);
  const check = checkRule(rule, row?.connector, connectors, known);
  const errors: FieldProblem[] = [...check.errors];
  if (row === undefined) {
    errors.push({
      path: "connectionId",
      message: "is not a connection of this account",
      expected: "the id of a connection",
      fix: "List them with GET /v1/connections, or send `connection` to make one in the same call.",
    });
  }
  if (errors.length > 0) throw invalidRequest(errors);
  return check.warnings;
}
