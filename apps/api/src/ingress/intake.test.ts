import { expect, test } from "vitest";
import { ProblemError } from "../errors.ts";
import { createIntake } from "./intake.ts";

test("what is beyond the bound is turned away at once, and there is room again afterwards", async () => {
  const intake = createIntake(2);
  const { promise, resolve } = Promise.withResolvers<void>();
  const taken = [intake.within(() => promise), intake.within(() => promise)];
  let ran = false;
  const refused = intake.within(async () => {
    ran = true;
  });
  await expect(refused).rejects.toBeInstanceOf(ProblemError);
  await expect(refused).rejects.toMatchObject({ problem: { status: 503, headers: { "retry-after": "1" } } });
  expect(ran).toBe(false);
  resolve();
  await Promise.all(taken);
  await expect(intake.within(() => Promise.reject(new Error("x")))).rejects.toThrow("x");
  expect(await intake.within(() => Promise.resolve("taken"))).toBe("taken");
});
