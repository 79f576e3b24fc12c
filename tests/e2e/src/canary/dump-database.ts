/** Everything that a database holds, as text: a place for each table of each schema. */
import type { Database } from "@stellwerk/store";
import type { Place } from "./find-leaks.ts";

export async function dumpDatabase(db: Database): Promise<Place[]> {
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' ORDER BY 1`,
  );
  const places: Place[] = [];
  for (const { name } of tables) {
    const rows = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    places.push({ name: `table ${name}`, text: rows.map(({ row }) => row).join("\n") });
  }
  return places;
}

/** In the dead topics of the bus. */
export async function countDeadLetters(db: Database): Promise<number> {
  const [row] = await db.query<{ count: string }>(
    `SELECT count(*) FROM bus.record r JOIN bus.segment s ON s.id = r.segment_id
     JOIN bus.topic t ON t.id = s.topic_id WHERE t.name LIKE '%.dead'`,
  );
  return Number(row?.count);
}
