/**
 * SQL as SQL, one statement a file. A statement is prepared under its file's
 * name, so PostgreSQL parses it once per connection and plans it a few times.
 */
import { readFileSync } from "node:fs";

export interface Statement {
  readonly name: string;
  readonly text: string;
  /** False: planned anew each time, for the values it gets. */
  readonly prepare?: boolean;
}

export interface StatementOptions {
  /**
   * Say false for a list whose best index depends on its values: a prepared statement ends up with one plan
   * for all values, and that one takes any period for a short one and walks it. Planning costs a millisecond
   * or two, which a person who looks at a list does not notice.
   */
  readonly prepare?: boolean;
}

/** PostgreSQL cuts longer names off, and two statements could share what is left. */
const LONGEST_NAME = 63;

/** Reads `sql/<name>.sql` of this package. */
export function sqlFile(name: string, options: StatementOptions = {}): Statement {
  if (name.length > LONGEST_NAME) throw new Error(`${name}.sql: at most ${LONGEST_NAME} characters`);
  return { name, text: readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8"), ...options };
}
