import { expect, test } from "vitest";
import { createFilter } from "./docker-ignore.ts";

test("what is let in stays out again where a later pattern says so, at any depth", () => {
  const isIn = createFilter("# only the apps\n*\n!apps\n\n**/*.test.ts\n**/node_modules\n**/.env*\n");
  const paths = ["apps", "apps/api/src/main.ts", ".env", "docs/README.md"];
  expect(paths.filter(isIn)).toEqual(["apps", "apps/api/src/main.ts"]);
  const out = ["apps/api/src/main.test.ts", "apps/api/node_modules/zod/index.js", "apps/api/.env.local"];
  expect(out.filter(isIn)).toEqual([]);
});
