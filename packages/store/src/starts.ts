/** Started marks: written before a call that may not simply be repeated, so that a crash in it leaves a doubt and no guess. */
import { takenOf, type TakenRow } from "./taken.ts";
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const markStartedStatement = sqlFile("mark-started");

export interface StartMark {
  readonly deliveryId: string;
  readonly partition: number;
  readonly epoch: number;
  /** This send may be a repeat: that is written before it. */
  readonly possiblySent: boolean;
}

/** Answers the marks whose deliveries may be called now; the others belong to somebody else. */
export async function markStarted<Mark extends StartMark>(
  tx: Queryable,
  dispatcherId: string,
  marks: readonly Mark[],
): Promise<Set<Mark>> {
  const rows = await tx.query<TakenRow>(markStartedStatement, [
    dispatcherId,
    marks.map((mark) => mark.deliveryId),
    marks.map((mark) => mark.partition),
    marks.map((mark) => mark.epoch),
    marks.map((mark) => mark.possiblySent),
  ]);
  return takenOf(marks, rows);
}
