import { randomUUID } from "node:crypto";
import { fromUUID } from "typeid-js";
import { expect, test } from "vitest";
import { deliveryIdOf, formatId, newUuid, parseId, timeOfId } from "./index.ts";

const EVENT = "0192d3f0-1234-7abc-8def-0123456789ab";
const SUBSCRIPTION = "0192d3f0-0000-7000-8000-000000000001";

test("an id survives the way out and back in", () => {
  const uuid = newUuid();
  expect(parseId("evt", formatId("evt", uuid))).toBe(uuid);
});

test("an id is written as the library writes it", () => {
  const edges = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", EVENT];
  for (const uuid of [...edges, EVENT.toUpperCase(), ...Array.from({ length: 1_000 }, () => randomUUID())]) {
    expect(formatId("evt", uuid)).toBe(fromUUID(uuid, "evt"));
  }
});

test.each(["", "evt", EVENT.slice(1), `${EVENT.slice(0, -1)}g`, `${EVENT.slice(0, -1)}ü`])(
  "%o is no UUID and becomes no id",
  (text) => {
    expect(() => formatId("evt", text)).toThrow("Expected a UUID");
  },
);

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
