import fc from "fast-check";
import { expect, test } from "vitest";
import { CallGates, type CallKeys } from "./call-gates.ts";

function enter(gates: CallGates, keys: CallKeys, nowMs = 0): () => void {
  const entered = gates.enter(keys, nowMs);
  if (!entered.ok) throw new Error("it was not let in");
  return entered.leave;
}

test("two calls for one key wait for each other, other keys and other connections do not", async () => {
  const gates = new CallGates();
  const site = { connectionId: "a", serialiseBy: "website-7" };
  const leave = enter(gates, site);
  const second = gates.enter(site, 0);
  expect(second).toMatchObject({ ok: false, free: expect.any(Promise) });
  enter(gates, { ...site, serialiseBy: "website-8" });
  enter(gates, { ...site, connectionId: "b" });
  leave();
  await (second as { free: Promise<void> }).free;
  enter(gates, site)();
  enter(gates, site);
});

test("to leave twice frees one place", () => {
  const gates = new CallGates();
  const keys = { connectionId: "a", concurrency: 1 };
  const leave = enter(gates, keys);
  leave();
  enter(gates, keys);
  leave();
  expect(gates.enter(keys, 0).ok).toBe(false);
});

test("a connection's rate holds over everything that goes over it, and says when the next may go", () => {
  const gates = new CallGates();
  const keys = { connectionId: "a", perSecond: 2 };
  enter(gates, keys);
  expect(gates.enter(keys, 0)).toEqual({ ok: false, waitMs: 500 });
  enter(gates, keys, 500);
  enter(gates, { ...keys, connectionId: "b" }, 500);
});

test("a channel that asked to wait delays no other one", () => {
  const gates = new CallGates();
  const keys = { connectionId: "a", limitBy: "C1" };
  gates.pause(keys, 3_000, 0);
  gates.pause(keys, 1_000, 0);
  expect(gates.enter(keys, 1_000)).toEqual({ ok: false, waitMs: 2_000 });
  enter(gates, { ...keys, limitBy: "C2" }, 1_000);
  enter(gates, keys, 3_000);
});

test("whatever comes and goes, never more are in than may be, and whoever waits is told", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ key: fc.constantFrom("x", "y"), turns: fc.nat(4) }), { maxLength: 30 }),
      async (calls) => {
        const gates = new CallGates();
        const running = new Map<string, number>();
        let all = 0;
        await Promise.all(
          calls.map(async ({ key, turns }) => {
            const keys = { connectionId: "a", serialiseBy: key, concurrency: 2 };
            let entered = gates.enter(keys, 0);
            while (!entered.ok) {
              await entered.free;
              entered = gates.enter(keys, 0);
            }
            running.set(key, (running.get(key) ?? 0) + 1);
            all += 1;
            expect([running.get(key), all <= 2]).toEqual([1, true]);
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            running.set(key, 0);
            all -= 1;
            entered.leave();
          }),
        );
        expect(all).toBe(0);
      },
    ),
  );
});
