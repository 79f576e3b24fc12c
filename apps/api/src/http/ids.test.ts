import { formatId, newUuid } from "@stellwerk/delivery";
import { expect, test } from "vitest";
import { idsBeginning } from "./ids.ts";

test("every beginning of an id holds the id in its range", () => {
  const uuid = newUuid();
  const id = formatId("evt", uuid);
  for (let length = 5; length <= id.length; length += 1) {
    const range = idsBeginning("evt", id.slice(0, length));
    expect(range!.first <= uuid && uuid <= range!.last).toBe(true);
  }
  expect(idsBeginning("evt", id)).toEqual({ first: uuid, last: uuid });
});

test("what no id begins with has no range", () => {
  for (const text of ["", "evt_", "evt_8", "evt_il", "sub_01", "evt", `${formatId("evt", newUuid())}0`]) {
    expect(idsBeginning("evt", text)).toBeUndefined();
  }
});
