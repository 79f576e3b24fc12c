import { expect, test } from "vitest";
import { deliveryIdOf, formatId, newUuid, parseId, timeOfId } from "./index.ts";

const EVENT = "0192d3f0-1234-7abc-8def-0123456789ab";
const SUBSCRIPTION = "0192d3f0-0000-7000-8000-000000000001";

test("an id survives the way out and back in", () => {
  const uuid = newUuid();
  expect(parseId("evt", formatId("evt", uuid))).toBe(uuid);
});

test.each([
  "",
  "evt_",
  "evt_1",
  "sub_01j9mz04hpfayrvvr14d2pf2db",
  "evt_81j9mz04hpfayrvvr14d2pf2db",
  "evt_01J9MZ04HPFAYRVVR14D2PF2DB",
  "evt_01230000000000000000000000",
])("%o is no event id", (text) => {
  expect(parseId("evt", text)).toBeUndefined();
});

test("ids sort by the time they were made at", () => {
  const before = Date.now();
  const ids = Array.from({ length: 1_000 }, newUuid);
  expect(ids.toSorted()).toEqual(ids);
  expect(timeOfId(ids[0]!)).toBeGreaterThanOrEqual(before);
});

test("one event and one subscription always give the same delivery", () => {
  expect(deliveryIdOf(EVENT, SUBSCRIPTION)).toBe(deliveryIdOf(EVENT, SUBSCRIPTION));
  expect(deliveryIdOf(EVENT, newUuid())).not.toBe(deliveryIdOf(EVENT, SUBSCRIPTION));
});

test("a delivery's id is a UUIDv7 of its event's time, so it lies in the same table partition", () => {
  const id = deliveryIdOf(EVENT, SUBSCRIPTION);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(timeOfId(id)).toBe(timeOfId(EVENT));
});
