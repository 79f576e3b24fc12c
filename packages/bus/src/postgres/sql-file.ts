/** SQL as SQL, one statement a file, prepared under its file's name so that it is planned once per connection. */
import { readFileSync } from "node:fs";

export interface Statement {
  readonly name: string;
  readonly text: string;
}

export function sqlFile(name: string): Statement {
  return { name: `bus.${name}`, text: readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8") };
}
