/** What a process asks its database, in order, while it really runs: through every door that a `Database` has. */
import type { Database, Queryable, Transactional } from "../database.ts";

export interface RecordedStatement {
  /** The statement's name, or its text when it has none; `begin`, `commit` and `rollback`. */
  readonly name: string;
  readonly values: readonly unknown[];
  /** How many came back; an error says so instead. */
  readonly rows: number | "error";
}

export interface RecordedDatabase {
  /** The same database, watched. */
  readonly db: Database;
  /** What was asked since the last call. */
  take(): RecordedStatement[];
}

export function recordStatements(db: Database): RecordedDatabase {
  let recorded: RecordedStatement[] = [];
  const note = (name: string): void => void recorded.push({ name, values: [], rows: 0 });

  const watchQueries = (door: Queryable): Queryable => ({
    async query(statement, values = []) {
      const name = typeof statement === "string" ? statement : statement.name;
      // Noted when it is asked: two that run side by side are answered in any order.
      const at = recorded.push({ name, values, rows: "error" }) - 1;
      const into = recorded;
      const rows = await door.query<never>(statement, values);
      into[at] = { name, values, rows: rows.length };
      return rows;
    },
  });
  const watch = (door: Transactional): Transactional => ({
    ...watchQueries(door),
    async transaction(work) {
      note("begin");
      try {
        const result = await door.transaction((tx) => work(watchQueries(tx)));
        note("commit");
        return result;
      } catch (error) {
        note("rollback");
        throw error;
      }
    },
  });
  return {
    db: { ...db, ...watch(db), as: (who) => watch(db.as(who)) },
    take() {
      const taken = recorded;
      recorded = [];
      return taken;
    },
  };
}
