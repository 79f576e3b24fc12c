import { expect, test } from "vitest";
import { SimulatedClock } from "./testing/index.ts";
import { WakeUps } from "./wake-ups.ts";

interface Sleeper {
  readonly name: string;
  wakeAtMs: number | undefined;
}

function open() {
  const clock = new SimulatedClock();
  const woken: string[] = [];
  const wakeUps = new WakeUps<Sleeper>(clock, ({ name }) =>
    woken.push(`${name} at ${clock.nowMs() - startMs}`),
  );
  const startMs = clock.nowMs();
  return { clock, woken, wakeUps, startMs };
}

test("whoever is moved earlier a hundred thousand times is kept about once, and woken once", async () => {
  const { clock, woken, wakeUps, startMs } = open();
  const lane: Sleeper = { name: "a", wakeAtMs: undefined };
  const other: Sleeper = { name: "b", wakeAtMs: undefined };
  wakeUps.at(other, startMs + 700_000);
  for (let earlier = 0; earlier < 100_000; earlier += 1) wakeUps.at(lane, startMs + 600_000 - earlier);
  expect(wakeUps.entries).toBeLessThan(2_000);
  await clock.pass(800_000);
  expect(woken).toEqual(["a at 500001", "b at 700000"]);
  expect(wakeUps.entries).toBe(0);
});
