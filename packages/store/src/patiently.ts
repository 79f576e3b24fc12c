/** For the rare statement that reads a whole backlog: it may take minutes, where anything else is cut off sooner. */
import { openDatabase, type Database } from "./database.ts";

const TEN_MINUTES_MS = 10 * 60 * 1_000;

export async function patiently<T>(db: Database, work: (patient: Database) => Promise<T>): Promise<T> {
  const patient = openDatabase({
    url: db.url,
    applicationName: "stellwerk backlog",
    maxConnections: 1,
    statementTimeoutMs: TEN_MINUTES_MS,
  });
  try {
    return await work(patient);
  } finally {
    await patient.close();
  }
}
