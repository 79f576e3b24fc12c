/** Who takes what, and who hands over what, as each dispatcher decides it for itself. */
import type { SeenDispatcher, SeenPartition } from "@stellwerk/store";
import { expect, test } from "vitest";
import {
  BEAT_MS,
  DEAD_AFTER_MS,
  GRACE_MS,
  planOwnership,
  VALID_MS,
  type OwnershipSituation,
} from "./plan-ownership.ts";

const dispatcher = (id: string, silentMs = 0): SeenDispatcher => ({
  id,
  host: "host",
  pid: 1,
  machine: "here",
  heartbeat: "now",
  silentMs,
});

const partition = (number: number, ownerId: string | null, wantedBy: string | null): SeenPartition => ({
  partition: number,
  epoch: 7,
  ownerId,
  wantedBy,
});

function plan(
  dispatchers: readonly SeenDispatcher[],
  partitions: readonly SeenPartition[],
  situation: Partial<OwnershipSituation> = {},
) {
  const { acquire, dead, handOver } = planOwnership({
    me: "a",
    seen: { dispatchers, partitions },
    isGone: () => false,
    unwantedForMs: () => 0,
    isLeaving: false,
    ...situation,
  });
  return { acquire: acquire.map((each) => each.partition), dead: dead.map((each) => each.id), handOver };
}

const TWO = [dispatcher("a"), dispatcher("b")];
const NOTHING = { acquire: [], dead: [], handOver: [] };

test("an owner stops believing in itself before anybody thinks it dead, and is missed within 15 s", () => {
  expect(VALID_MS).toBeLessThan(DEAD_AFTER_MS);
  // Two heartbeats may fail.
  expect(BEAT_MS * 3).toBeLessThan(VALID_MS);
  expect(DEAD_AFTER_MS + BEAT_MS).toBeLessThan(15_000 - 2_000);
  expect(BEAT_MS + 2 * GRACE_MS + BEAT_MS).toBeLessThan(15_000);
});

test("what is free and wanted is taken by who wants it, and by nobody else", () => {
  expect(plan(TWO, [partition(0, null, "a"), partition(1, null, "b")])).toEqual({ ...NOTHING, acquire: [0] });
});

test("what a living one has is left to it, whoever wants it", () => {
  expect(plan(TWO, [partition(0, "b", "a"), partition(1, "b", null)])).toEqual(NOTHING);
});

test("what another living one wants is handed over; what nobody or a dead one wants is kept", () => {
  const partitions = [partition(0, "a", "b"), partition(1, "a", null), partition(2, "a", "c")];
  expect(plan(TWO, partitions)).toEqual({ ...NOTHING, handOver: [0] });
});

test("what a dead one had is taken by who wants it, at once when its process is known to be gone", () => {
  const partitions = [partition(0, "b", "a")];
  const silent = [dispatcher("a"), dispatcher("b", DEAD_AFTER_MS)];
  expect(plan(silent, partitions)).toEqual({ ...NOTHING, acquire: [0], dead: ["b"] });
  expect(plan(TWO, partitions)).toEqual(NOTHING);
  const isGone = ({ id }: SeenDispatcher) => id === "b";
  expect(plan(TWO, partitions, { isGone })).toEqual({ ...NOTHING, acquire: [0], dead: ["b"] });
});

test("an owner that has no row any more was put out: what it had is nobody's", () => {
  expect(plan(TWO, [partition(0, "c", "a")])).toEqual({ ...NOTHING, acquire: [0] });
});

test("what nobody alive wants is shared out after a while, in turn, and the others step in later", () => {
  const partitions = [partition(0, null, null), partition(1, null, null), partition(2, null, "c")];
  const after = (ms: number) => plan(TWO, partitions, { unwantedForMs: () => ms }).acquire;
  expect(after(0)).toEqual([]);
  expect(after(GRACE_MS)).toEqual([0, 2]);
  expect(after(2 * GRACE_MS)).toEqual([0, 1, 2]);
});

test("who was silent for long has been waited for enough", () => {
  const dispatchers = [dispatcher("a"), dispatcher("b", DEAD_AFTER_MS)];
  expect(plan(dispatchers, [partition(0, "b", "b"), partition(1, "b", null)]).acquire).toEqual([0, 1]);
  // It died while it was being handed to it.
  expect(plan(dispatchers, [partition(0, null, "b")]).acquire).toEqual([0]);
});

test("one that stops takes nothing", () => {
  const partitions = [partition(0, null, "a"), partition(1, null, null)];
  expect(plan(TWO, partitions, { isLeaving: true, unwantedForMs: () => 60_000 })).toEqual(NOTHING);
});
