import { expect, test } from "vitest";
import { runShort } from "./run-short.ts";

test("two apis and three dispatchers keep every promise, whatever goes wrong", async () => {
  const { problems, accepted, kills } = await runShort("postgres");
  expect(problems).toEqual([]);
  // A run in which little happened proves little.
  expect(accepted).toBeGreaterThan(200);
  expect(kills).toBeGreaterThan(15);
});
