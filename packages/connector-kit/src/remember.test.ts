import { describe, expect, test } from "vitest";
import type { JsonValue, Outcome } from "./index.ts";
import { openReceiver } from "./testing/index.ts";
import { action, attempt, CANARY, type SampleContext } from "./testing/sample-attempt.ts";

const done: Outcome = { kind: "delivered", summary: { en: "Done" } };

async function remembering(
  work: (context: SampleContext) => Promise<unknown>,
  stored: Readonly<Record<string, JsonValue>> = {},
) {
  await using receiver = await openReceiver();
  let loads = 0;
  const deliver = async (context: SampleContext) => {
    await work(context);
    return done;
  };
  const result = await attempt(action({ deliver }), {
    url: receiver.url,
    remembered() {
      loads += 1;
      return Promise.resolve(new Map(Object.entries(stored)));
    },
  });
  return { result, loads };
}

test("what is stored is read, once, and only if somebody asks", async () => {
  const asked = await remembering(
    async ({ remember }) => {
      expect(await remember.get("ts")).toBe("1.2");
      expect(await remember.get("channel")).toBeUndefined();
    },
    { ts: "1.2" },
  );
  expect(asked).toMatchObject({ loads: 1, result: { outcome: done, remember: undefined } });
  expect((await remembering(async () => {})).loads).toBe(0);
});

test("what is set is read back in the same attempt, and handed over with the outcome", async () => {
  const { result } = await remembering(
    async ({ remember }) => {
      const card = { ts: "1.3", blocks: [1] };
      remember.set("card", card);
      card.blocks.push(2);
      expect(await remember.get("card")).toEqual({ ts: "1.3", blocks: [1] });
      remember.set("old", undefined);
      expect(await remember.get("old")).toBeUndefined();
    },
    { old: "gone" },
  );
  expect(result).toMatchObject({ outcome: done, remember: { card: { ts: "1.3", blocks: [1] }, old: null } });
});

test("what was set before a mistake is handed over as well: it may be what the next attempt needs", async () => {
  const { result } = await remembering(async ({ remember }) => {
    remember.set("ts", "1.2");
    throw new Error("oops");
  });
  expect(result).toMatchObject({ outcome: { kind: "retry" }, remember: { ts: "1.2" } });
});

describe("refused, by a mistake that the author sees at once", () => {
  test.each([
    ["a name with spaces", "a name", "x", "lower case with underscores"],
    ["a name of the prototype", "__proto__", "x", "lower case with underscores"],
    ["a page of text", "text", "x".repeat(3_000), "longer than"],
    ["a secret", "token", { nested: `Bearer ${CANARY}` }, "holds a secret"],
  ])("%s", async (_name, name, value, message) => {
    const { result } = await remembering(({ remember }) => Promise.resolve(remember.set(name, value)));
    expect(result.remember).toBeUndefined();
    expect(result.thrown?.error).toMatchObject({ code: "connector.remember" });
    expect(String(result.thrown?.error)).toContain(message);
    expect(String(result.thrown?.error)).not.toContain(CANARY);
  });

  test("more than sixteen names", async () => {
    const { result } = await remembering(async ({ remember }) => {
      for (let n = 0; n < 17; n += 1) remember.set(`name_${n}`, n);
    });
    expect(Object.keys(result.remember ?? {})).toHaveLength(16);
    expect(String(result.thrown?.error)).toContain("more than 16");
  });
});
