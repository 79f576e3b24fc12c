import { expect, test } from "vitest";
import { ownershipModel } from "./ownership-model.ts";
import { search } from "./search.ts";
import { FENCES, type Fence } from "./state.ts";

const REPEATS = ["key", "never"] as const;
const WITHOUT = (Object.keys(FENCES) as Fence[]).flatMap((fence) =>
  REPEATS.map((repeat) => [fence, repeat] as const),
);
/** Only what cannot be repeated is marked. */
const NEEDLESS: readonly (readonly [Fence, string])[] = [
  ["epochInMarks", "key"],
  ["markBeforeCall", "key"],
  ["startedIsInDoubt", "key"],
];

test.each(REPEATS)(
  "with every fence in nothing is lost, doubled without a word, out of order or stuck: %s",
  { timeout: 120_000 },
  (repeat) => {
    const found = search(ownershipModel({ repeat, mishaps: 3 }));
    expect([found.wrong, ...found.trace]).toEqual([undefined]);
    // A model that can do little proves little.
    expect(found.states).toBeGreaterThan(50_000);
  },
);

test("each fence is needed: without it something goes wrong", { timeout: 60_000 }, () => {
  const needless = WITHOUT.filter(([without, repeat]) => {
    return search(ownershipModel({ repeat, mishaps: 2, without })).wrong === undefined;
  });
  expect(needless).toEqual(NEEDLESS);
});

test(
  "what goes wrong without a fence is found by the shortest way, step by step",
  { timeout: 60_000 },
  async () => {
    const found = WITHOUT.map(([without, repeat]) => {
      const { wrong, trace } = search(ownershipModel({ repeat, mishaps: 2, without }));
      const head = `Without "${FENCES[without]}" (${repeat}): ${wrong ?? "nothing goes wrong"}`;
      return `${[head, ...trace.map((line) => `  ${line}`)].join("\n")}\n`;
    });
    await expect(found.join("\n")).toMatchFileSnapshot("what-each-fence-prevents.txt");
  },
);
