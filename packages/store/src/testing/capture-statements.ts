/** Which statements a function of the store runs, and with which values. */
import type { Database, Queryable } from "../database.ts";
import type { Statement } from "../sql-file.ts";

export interface CapturedStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/** Runs `work`, notes the statements that came from files, and undoes what they wrote. */
export async function captureStatements(
  db: Database,
  work: (tx: Database) => Promise<unknown>,
): Promise<CapturedStatement[]> {
  const captured: CapturedStatement[] = [];
  const undo = new Error("only captured");
  await db
    .transaction(async (tx) => {
      const query: Queryable["query"] = (statement, values = []) => {
        if (typeof statement !== "string") captured.push({ statement, values });
        return tx.query(statement, values);
      };
      await work({ ...db, query, transaction: (inner) => inner({ query }) });
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return captured;
}
