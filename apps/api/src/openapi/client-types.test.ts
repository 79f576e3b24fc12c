import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { routes } from "../routes.ts";
import { apiDocument } from "../testing/check-answer.ts";
import { writeClientTypes } from "../testing/write-client-types.ts";

const CLIENT = "../../../../packages/client/src";

test("the client's types are those of the description", async () => {
  await expect(writeClientTypes(apiDocument())).toMatchFileSnapshot(`${CLIENT}/generated/api-types.ts`);
});

/** For platforms, supervisors and browsers, not for programs that use the API. */
const WITHOUT_METHOD = [
  "receiveHook",
  "getLiveness",
  "getReadiness",
  "getMetrics",
  "getOpenApi",
  "getDocs",
  "finishOAuth",
];

test("the client has a method for every operation", () => {
  const source = readFileSync(new URL(`${CLIENT}/client.ts`, import.meta.url), "utf8");
  const missing = routes.map(({ operation }) => operation).filter((name) => !source.includes(`"${name}"`));
  expect(missing.filter((name) => !WITHOUT_METHOD.includes(name))).toEqual([]);
});
