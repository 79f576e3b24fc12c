import { newUuid, timeOfId } from "@stellwerk/delivery";
import { expect, test } from "vitest";
import { firstIdAt, idRange } from "./page.ts";

test("a moment is the smallest id of its millisecond", () => {
  const id = newUuid();
  const at = new Date(timeOfId(id));
  expect(firstIdAt(at) <= id).toBe(true);
  expect(firstIdAt(new Date(at.getTime() + 1)) > id).toBe(true);
});

test("a range is what cursor, period and ids leave, both ends of a period included", () => {
  const id = newUuid();
  const at = new Date(timeOfId(id));
  const within = ({ before, from }: { before: string; from: string }) => id < before && id >= from;
  expect(within(idRange({ limit: 1 }))).toBe(true);
  expect(within(idRange({ limit: 1 }, at, at))).toBe(true);
  expect(within(idRange({ limit: 1, before: id }))).toBe(false);
  expect(within(idRange({ limit: 1 }, new Date(at.getTime() + 1)))).toBe(false);
  expect(within(idRange({ limit: 1 }, undefined, new Date(at.getTime() - 1)))).toBe(false);
  expect(within(idRange({ limit: 1 }, undefined, undefined, { first: id, last: id }))).toBe(true);
  expect(
    idRange({ limit: 1 }, undefined, undefined, { first: id, last: "ffffffff-ffff-ffff-ffff-ffffffffffff" })
      .before,
  ).toMatch(/^f/);
});
