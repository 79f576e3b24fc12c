/**
 * Ids: UUIDv7 inside (so they sort by time), TypeID outside (`evt_01h…`).
 * The store keeps UUIDs; whatever a person or another program sees is a TypeID.
 */
import { createHash, randomUUIDv7 } from "node:crypto";
import { fromString, toUUID } from "typeid-js";
import { typeIdSuffix } from "./type-id-suffix.ts";

export type IdPrefix = "acc" | "att" | "con" | "dlv" | "evt" | "key" | "rpl" | "src" | "sub";

const TYPE_ID = /^[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

interface Remembered {
  readonly ids: Map<string, string>;
  readonly uuids: Map<string, string>;
}

/**
 * Both forms of the ids that every event names again, its account's and its source's: reading one takes 2.4 µs
 * (measured), several times an event. Forgotten all at once when there are too many.
 */
const remembered = new Map<IdPrefix, Remembered>([
  ["acc", { ids: new Map(), uuids: new Map() }],
  ["src", { ids: new Map(), uuids: new Map() }],
]);
const MAX_REMEMBERED = 10_000;

function remember({ ids, uuids }: Remembered, uuid: string, id: string): void {
  if (ids.size >= MAX_REMEMBERED) {
    ids.clear();
    uuids.clear();
  }
  ids.set(uuid, id);
  uuids.set(id, uuid);
}

let lastMs = "";
let inThisMs = 0;
const MAX_IN_ONE_MS = 0xfff;

/**
 * A new UUIDv7. Those of one millisecond count up in the 12 bits behind the time (RFC 9562, 6.2), so that the events
 * of one batch keep their order; past 4,096 in a millisecond they are unordered among themselves.
 */
export function newUuid(): string {
  const uuid = randomUUIDv7();
  const ms = uuid.slice(0, 13);
  inThisMs = ms === lastMs ? inThisMs + 1 : 0;
  lastMs = ms;
  if (inThisMs > MAX_IN_ONE_MS) return uuid;
  return `${ms}-7${inThisMs.toString(16).padStart(3, "0")}${uuid.slice(18)}`;
}

/** @example formatId("evt", "0192d3f0-…") // "evt_01j9…" */
export function formatId(prefix: IdPrefix, uuid: string): string {
  const known = remembered.get(prefix);
  if (known === undefined) return `${prefix}_${typeIdSuffix(uuid)}`;
  let id = known.ids.get(uuid);
  if (id === undefined) {
    id = `${prefix}_${typeIdSuffix(uuid)}`;
    remember(known, uuid, id);
  }
  return id;
}

/** The UUID inside a TypeID with this prefix, or undefined when it is not one. */
export function parseId(prefix: IdPrefix, id: string): string | undefined {
  const known = remembered.get(prefix);
  const uuid = known?.uuids.get(id);
  if (uuid !== undefined) return uuid;
  if (!TYPE_ID.test(id) || !id.startsWith(`${prefix}_`)) return undefined;
  try {
    const parsed = toUUID(fromString(id, prefix));
    if (known !== undefined) remember(known, parsed, id);
    return parsed;
  } catch {
    return undefined; // 128 bits that are no UUID: its version or variant is none
  }
}

/** Milliseconds since the epoch that a UUIDv7 carries. */
export function timeOfId(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/**
 * The id of the delivery of one event for one subscription: the event's time and a
 * hash of both, so that routing an event again meets the same row instead of making a second one.
 */
export function deliveryIdOf(eventUuid: string, subscriptionUuid: string): string {
  const hash = createHash("sha256").update(eventUuid).update(subscriptionUuid).digest("hex");
  const variant = ((Number.parseInt(hash.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return `${eventUuid.slice(0, 13)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
