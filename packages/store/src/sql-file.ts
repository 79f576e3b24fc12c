/**
 * SQL as SQL, one statement a file. A statement is prepared under its file's
 * name, so PostgreSQL plans it once per connection.
 */
import { readFileSync } from "node:fs";

export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Reads `sql/<name>.sql` of this package. */
export function sqlFile(name: string): Statement {
  return { name, text: readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8") };
}
