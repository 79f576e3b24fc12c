/**
 * Vitest's global setup: one throw-away PostgreSQL for the whole run. A package that needs a
 * database names it in its vitest.config.ts:
 *
 *     test: { globalSetup: "@stellwerk/store/testing/global-setup" }
 *
 * The root's test runner starts one for all packages and sets STELLWERK_TEST_DATABASE_URL itself.
 */
import { startTestPostgres } from "./test-cluster.ts";

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["STELLWERK_TEST_DATABASE_URL"]) return undefined;
  const server = await startTestPostgres();
  // The workers start after this and inherit it.
  process.env["STELLWERK_TEST_DATABASE_URL"] = server.url;
  return async () => {
    delete process.env["STELLWERK_TEST_DATABASE_URL"];
    await server[Symbol.asyncDispose]();
  };
}
