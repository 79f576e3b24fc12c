import { expect, test } from "vitest";
import { summariseProfile, type CpuProfile } from "./summarise-profile.ts";

function profileOf(...samples: [functionName: string, url: string, microseconds: number][]): CpuProfile {
  return {
    nodes: samples.map(([functionName, url], id) => ({
      id,
      callFrame: { functionName, url, lineNumber: 9 },
    })),
    samples: samples.map((_, id) => id),
    timeDeltas: samples.map(([, , microseconds]) => microseconds),
  };
}

test("shares are of the time that was not idle", () => {
  const { busyMs, functions } = summariseProfile(
    profileOf(
      ["(idle)", "", 9_000],
      ["route", "file:///x/apps/dispatcher/src/router.ts", 3_000],
      ["(program)", "", 1_000],
    ),
  );
  expect(busyMs).toBe(4);
  expect(functions).toEqual([
    { name: "route apps/dispatcher/src/router.ts:10", selfMs: 3, percent: 75 },
    { name: "(program)", selfMs: 1, percent: 25 },
  ]);
});

test.each([
  ["file:///x/node_modules/.pnpm/undici@8/node_modules/undici/lib/core/util.js", "undici"],
  ["file:///x/node_modules/@scope/name/index.js", "@scope/name"],
  ["file:///x/packages/store/src/routing.ts", "packages/store"],
  ["node:internal/streams/readable", "node:internal"],
])("%s belongs to %s", (url, name) => {
  expect(summariseProfile(profileOf(["f", url, 1_000])).packages).toMatchObject([{ name }]);
});
