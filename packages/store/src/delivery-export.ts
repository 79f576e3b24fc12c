/** What the export shows beside a delivery: its event as it came, and its last attempt. */
import type { Queryable } from "./database.ts";
import type { AttemptRow } from "./delivery-log.ts";
import { sqlFile } from "./sql-file.ts";

const loadExportedDeliveriesStatement = sqlFile("load-exported-deliveries");

export interface ExportedDelivery {
  /** The delivery's id. */
  readonly id: string;
  /** Null when the event is gone. */
  readonly event: { readonly time: Date; readonly contentType: string; readonly body: Buffer } | null;
  /** Null before the first one. */
  readonly lastAttempt: AttemptRow | null;
}

type Row = Omit<AttemptRow, "id"> & {
  readonly id: string;
  readonly attemptId: string | null;
  readonly time: Date | null;
  readonly contentType: string;
  readonly body: Buffer;
};

/** In no order. A body may have a mebibyte: ask for a few at a time. */
export async function loadExportedDeliveries(
  db: Queryable,
  accountId: string,
  ids: readonly string[],
): Promise<ExportedDelivery[]> {
  const rows = await db.query<Row>(loadExportedDeliveriesStatement, [accountId, ids]);
  return rows.map(({ id, attemptId, time, contentType, body, ...attempt }) => ({
    id,
    event: time === null ? null : { time, contentType, body },
    lastAttempt: attemptId === null ? null : { ...attempt, id: attemptId },
  }));
}
