import { expect, test } from "vitest";
import { dumpSchema } from "./schema-dump.ts";
import { openTestDatabase } from "./testing/index.ts";

test("schema.sql is what the migrations make (vitest run -u writes it)", async () => {
  await using database = await openTestDatabase();
  await expect(await dumpSchema(database.db)).toMatchFileSnapshot("../schema.sql");
});
