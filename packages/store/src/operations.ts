/**
 * The outbox of operations events: written with what caused them, relayed to the topic `stellwerk.operations`,
 * deleted once they are there. Relayed twice, an event has the same id, so it is one.
 */
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import { sqlFile } from "./sql-file.ts";

const insertOperationsStatement = sqlFile("insert-operations");
const listOperationsStatement = sqlFile("list-operations");
const deleteOperationsStatement = sqlFile("delete-operations");

export interface OperationsEvent {
  /** The event's id. */
  readonly id: string;
  readonly accountId: string;
  readonly partition: number;
  readonly type: string;
  readonly subject: string | null;
  readonly data: unknown;
}

export async function insertOperations(tx: Queryable, events: readonly OperationsEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    id: event.id,
    account_id: event.accountId,
    partition: event.partition,
    type: event.type,
    subject: event.subject,
    data: event.data,
  }));
  await tx.query(insertOperationsStatement, [jsonParameter(rows)]);
}

/** The oldest that wait to be relayed. */
export function listOperations(
  db: Queryable,
  partitions: readonly number[],
  limit: number,
): Promise<(OperationsEvent & { readonly time: Date })[]> {
  return db.query(listOperationsStatement, [partitions, limit]);
}

export async function deleteOperations(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query(deleteOperationsStatement, [ids]);
}
