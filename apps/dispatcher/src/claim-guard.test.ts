import { StoreUnavailableError } from "@stellwerk/store";
import { expect, test } from "vitest";
import { ClaimGuard } from "./claim-guard.ts";

const away = new StoreUnavailableError(new Error("connection terminated"));

test("work goes on at the same time while nothing is in doubt", async () => {
  let released = 0;
  const guard = new ClaimGuard(async () => void (released += 1));
  const gate = Promise.withResolvers<string>();
  const first = guard.run(() => gate.promise);
  expect(await guard.run(async () => "second")).toBe("second");
  gate.resolve("first");
  expect(await first).toBe("first");
  expect(released).toBe(0);
});

test("after a lost reply nothing claims until the unknown claims were given back", async () => {
  const steps: string[] = [];
  const guard = new ClaimGuard(async () => void steps.push("released"));
  await expect(guard.run(() => Promise.reject(away))).rejects.toBe(away);
  await guard.run(async () => void steps.push("claimed"));
  expect(steps).toEqual(["released", "claimed"]);
});

test("giving back waits for what is under way, which may still take claims in hand", async () => {
  const steps: string[] = [];
  const guard = new ClaimGuard(async () => void steps.push("released"));
  const gate = Promise.withResolvers<void>();
  const underWay = guard.run(async () => {
    await gate.promise;
    steps.push("took in hand");
  });
  await expect(guard.run(() => Promise.reject(away))).rejects.toBe(away);
  const next = guard.run(async () => void steps.push("claimed"));
  gate.resolve();
  await Promise.all([underWay, next]);
  expect(steps).toEqual(["took in hand", "released", "claimed"]);
});

test("while the store stays away the caller is told, and the next call tries again", async () => {
  let tries = 0;
  const guard = new ClaimGuard(async () => {
    tries += 1;
    if (tries === 1) throw away;
  });
  await expect(guard.run(() => Promise.reject(away))).rejects.toBe(away);
  await expect(guard.run(async () => "never")).rejects.toBe(away);
  expect(await guard.run(async () => "now")).toBe("now");
});

test("an error of the work itself puts nothing in doubt", async () => {
  let released = 0;
  const guard = new ClaimGuard(async () => void (released += 1));
  await expect(guard.run(() => Promise.reject(new RangeError("bad row")))).rejects.toThrow("bad row");
  await guard.run(async () => {});
  expect(released).toBe(0);
});
