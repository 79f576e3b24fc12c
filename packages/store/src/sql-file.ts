/**
 * SQL as SQL, one statement a file. A statement is prepared under its file's
 * name, so PostgreSQL plans it once per connection.
 */
import { readFileSync } from "node:fs";

export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** PostgreSQL cuts longer names off, and two statements could share what is left. */
const LONGEST_NAME = 63;

/** Reads `sql/<name>.sql` of this package. */
export function sqlFile(name: string): Statement {
  if (name.length > LONGEST_NAME) throw new Error(`${name}.sql: at most ${LONGEST_NAME} characters`);
  return { name, text: readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8") };
}
