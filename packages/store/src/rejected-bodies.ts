/** Bodies that were refused at a hook URL: a small ring per source, so that a person can see what came. */
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import { LAST_ID, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const insertRejectedBodiesStatement = sqlFile("insert-rejected-bodies");
const trimRejectedBodiesStatement = sqlFile("trim-rejected-bodies");
const listRejectedBodiesStatement = sqlFile("list-rejected-bodies");

/** How many each source keeps. */
const REJECTED_BODIES_KEPT = 100;

export interface RejectedBody {
  readonly id: string;
  readonly receivedAt: Date;
  readonly contentType: string | null;
  /** Stable code. */
  readonly reason: string;
  /** One sentence. */
  readonly detail: string;
  readonly sizeBytes: number;
  /** At most the first 64 KiB. */
  readonly body: Buffer;
}

export interface NewRejectedBody extends RejectedBody {
  readonly accountId: string;
  readonly sourceId: string;
}

/** Adds them and drops what is older than the newest hundred of each source. */
export async function keepRejectedBodies(db: Queryable, bodies: readonly NewRejectedBody[]): Promise<void> {
  const rows = bodies.map((each) => ({
    id: each.id,
    account_id: each.accountId,
    source_id: each.sourceId,
    received_at: each.receivedAt,
    content_type: each.contentType,
    reason: each.reason,
    detail: each.detail,
    size_bytes: each.sizeBytes,
    body: each.body.toString("base64"),
  }));
  await db.query(insertRejectedBodiesStatement, [jsonParameter(rows)]);
  const sources = [...new Set(bodies.map((each) => each.sourceId))];
  await db.query(trimRejectedBodiesStatement, [sources, REJECTED_BODIES_KEPT]);
}

export function listRejectedBodies(
  db: Queryable,
  accountId: string,
  sourceId: string,
  page: Page,
): Promise<RejectedBody[]> {
  return db.query(listRejectedBodiesStatement, [accountId, sourceId, page.before ?? LAST_ID, page.limit]);
}
