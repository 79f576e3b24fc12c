/**
 * The schema as PostgreSQL sees it, for people to read: `schema.sql` is this, committed, and a test
 * compares. Without the weeks of the partitioned tables, which come and go.
 */
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const DESCRIBE_TABLES = sqlFile("describe-tables");

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
  /** In force only where row-level security is enabled. */
  readonly policies: readonly string[];
  readonly partition_key: string | null;
  readonly parent: string | null;
  readonly bound: string | null;
  readonly options: string | null;
}

export async function dumpSchema(db: Queryable): Promise<string> {
  const tables = await db.query<Table>(DESCRIBE_TABLES);
  const head =
    "-- Written by schema.test.ts from the migrated database; change a migration, not this file.\n";
  return [head, ...tables.map(writeTable)].join("\n");
}

function writeTable(table: Table): string {
  const storage = table.options === null ? "" : `\nWITH (${table.options})`;
  if (table.parent !== null) {
    return `CREATE TABLE ${table.name} PARTITION OF ${table.parent} ${table.bound}${storage};\n`;
  }
  const lines = [...table.columns, ...table.constraints].map((line) => `  ${line}`).join(",\n");
  const key = table.partition_key === null ? "" : ` PARTITION BY ${table.partition_key}`;
  const indexes = table.indexes.map((index) => `${index};\n`).join("");
  const policies = table.policies.map((policy) => `-- ${policy}\n`).join("");
  return `CREATE TABLE ${table.name} (\n${lines}\n)${key}${storage};\n${indexes}${policies}`;
}
