/**
 * Vitest's global setup: one throw-away PostgreSQL for the whole run. A package that needs a
 * database names it in its vitest.config.ts:
 *
 *     test: { globalSetup: "@stellwerk/store/testing/global-setup" }
 *
 * The root's test runner starts one for all packages and sets STELLWERK_TEST_DATABASE_URL itself.
 */
import { startTestPostgres } from "./test-cluster.ts";
import type { TestPostgres } from "./test-cluster.ts";
import { TEST_DATABASE_URL } from "./test-database.ts";

let server: TestPostgres | undefined;

export async function setup(): Promise<void> {
  if (process.env[TEST_DATABASE_URL]) return;
  server = await startTestPostgres();
  // The workers start after this and inherit it.
  process.env[TEST_DATABASE_URL] = server.url;
}

export async function teardown(): Promise<void> {
  await server?.[Symbol.asyncDispose]();
}
