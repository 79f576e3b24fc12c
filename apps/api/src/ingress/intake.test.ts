import { expect, test } from "vitest";
import { ProblemError } from "../errors.ts";
import { createIntake } from "./intake.ts";

const announcing = (bytes?: number) => ({
  headers: bytes === undefined ? { "transfer-encoding": "chunked" } : { "content-length": String(bytes) },
});

test("what is beyond the bound is turned away at once, and there is room again afterwards", async () => {
  const intake = createIntake({ requests: 2, bodyBytes: 1_000 });
  const small = announcing(10);
  const { promise, resolve } = Promise.withResolvers<void>();
  const taken = [intake.within(small, () => promise), intake.within(small, () => promise)];
  let ran = false;
  const refused = intake.within(small, async () => {
    ran = true;
  });
  await expect(refused).rejects.toBeInstanceOf(ProblemError);
  await expect(refused).rejects.toMatchObject({ problem: { status: 503, headers: { "retry-after": "1" } } });
  expect(ran).toBe(false);
  resolve();
  await Promise.all(taken);
  await expect(intake.within(small, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
  expect(await intake.within(small, () => Promise.resolve("taken"))).toBe("taken");
});

test("few large bodies fill it as many small ones do; one without a length counts as the largest", async () => {
  const intake = createIntake({ requests: 100, bodyBytes: 2_097_152 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const taken = [
    intake.within(announcing(1_048_576), () => promise),
    intake.within(announcing(), () => promise),
  ];
  await expect(intake.within(announcing(1), async () => {})).rejects.toBeInstanceOf(ProblemError);
  resolve();
  await Promise.all(taken);
  await intake.within(announcing(1), async () => {});
});

test("a request without a body takes no bytes", async () => {
  const intake = createIntake({ requests: 100, bodyBytes: 1_000 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const taken = Array.from({ length: 50 }, () =>
    intake.within({ headers: {} }, async (countFor) => {
      countFor("a");
      return promise;
    }),
  );
  resolve();
  expect(await Promise.all(taken)).toHaveLength(50);
});

test("one account holds half at most, and another still has room", async () => {
  const intake = createIntake({ requests: 4, bodyBytes: 1_000 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const of = (account: string, bytes = 1) =>
    intake.within(announcing(bytes), async (countFor) => {
      countFor(account);
      await promise;
    });
  const taken = [of("a"), of("a")];
  await expect(of("a")).rejects.toMatchObject({ problem: { status: 503 } });
  const other = of("b", 400);
  await expect(of("b", 200)).rejects.toMatchObject({ problem: { status: 503 } });
  resolve();
  await Promise.all([...taken, other]);
  await Promise.all([of("a"), of("a")]);
});

test("a process that does not keep up takes nothing more", async () => {
  let late = true;
  const intake = createIntake(undefined, () => late);
  await expect(intake.within(announcing(1), async () => {})).rejects.toMatchObject({
    problem: { status: 503, headers: { "retry-after": "2" } },
  });
  late = false;
  expect(await intake.within(announcing(1), async () => "taken")).toBe("taken");
});
