import { expect, test } from "vitest";
import { summariseProfile, type CpuProfile } from "./summarise-profile.ts";

/** Stacks from the event loop up, and how long each ran. */
function profileOf(...samples: [microseconds: number, ...stack: string[]][]): CpuProfile {
  const nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children: number[];
  }[] = [];
  const tops = samples.map(([, ...stack]) => {
    const ids = stack.map((frame) => {
      const [functionName = "", url = ""] = frame.split(" ");
      return (
        nodes.push({ id: nodes.length, callFrame: { functionName, url, lineNumber: 9 }, children: [] }) - 1
      );
    });
    ids.slice(1).forEach((id, index) => nodes[ids[index]!]!.children.push(id));
    return ids.at(-1)!;
  });
  return { nodes, samples: tops, timeDeltas: samples.map(([microseconds]) => microseconds) };
}

const ROUTE = "route file:///x/apps/dispatcher/src/router.ts";
const PARSE = "parse file:///x/node_modules/.pnpm/undici@8/node_modules/undici/lib/core/util.js";

test("shares are of the time that was not idle", () => {
  const { busyMs, functions } = summariseProfile(
    profileOf([9_000, "(idle)"], [3_000, ROUTE], [1_000, "(program)"]),
  );
  expect(busyMs).toBe(4);
  expect(functions).toEqual([
    { name: "route apps/dispatcher/src/router.ts:10", selfMs: 3, percent: 75 },
    { name: "(program)", selfMs: 1, percent: 25 },
  ]);
});

test("what a library and Node do for a function of ours is on that function's bill", () => {
  const { callers, packages } = summariseProfile(profileOf([2_000, ROUTE, PARSE, "writev"], [1_000, ROUTE]));
  expect(callers).toEqual([{ name: "route apps/dispatcher/src/router.ts:10", selfMs: 3, percent: 100 }]);
  expect(packages).toMatchObject([{ name: "apps/dispatcher", selfMs: 3 }]);
});

test("what the event loop calls in a library is on the library's bill", () => {
  const { packages } = summariseProfile(
    profileOf([1_000, "onread node:net", PARSE, "push node:internal/streams"]),
  );
  expect(packages).toMatchObject([{ name: "undici" }]);
});

test.each([
  ["file:///x/node_modules/@scope/name/index.js", "@scope/name"],
  ["file:///x/packages/store/src/routing.ts", "packages/store"],
  ["node:internal/streams/readable", "node"],
])("%s belongs to %s", (url, name) => {
  expect(summariseProfile(profileOf([1_000, `f ${url}`])).packages).toMatchObject([{ name }]);
});
