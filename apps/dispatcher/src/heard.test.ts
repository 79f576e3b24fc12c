/** What is kept of the subjects and sources that events are from, and the gaps between their changes. */
import { newUuid } from "@stellwerk/delivery";
import { findStatusChanges, KEPT_CHANGES } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DispatcherScene } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";
import { moved, shown } from "./testing/moves.ts";

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
  await scene.seedInbox();
});
afterEach(() => scene[Symbol.asyncDispose]());

const rows = <Row>(sql: string) => scene.database.db.query<Row>(sql);
const changes = async (site = 7) => {
  const kept = await findStatusChanges(scene.database.db, scene.seed.accountId, `website/${site}`);
  return kept.map(({ was, status }) => `${was} > ${status}`);
};
const gaps = () =>
  rows("SELECT gap_from, gap_to FROM event WHERE gap_from IS NOT NULL ORDER BY received_at, id");

test("the order of the bus says which event is the newest, whatever ids and clocks say", async () => {
  const { bus } = await scene.start();
  const early = newUuid();
  const late = newUuid();
  await bus.hand([moved(scene.seed, "Lead", "Interest", { id: late })]);
  await bus.hand([moved(scene.seed, "Interest", "Preparation", { id: early })]);
  expect(await rows("SELECT subject, partition, event_id, status, status_key FROM subject")).toEqual([
    { subject: "website/7", partition: 1, event_id: early, status: "Preparation", status_key: "Preparation" },
  ]);
  expect(await changes()).toEqual(["Lead > Interest", "Interest > Preparation"]);
  expect(await gaps()).toEqual([]);
});

test("a batch that comes again changes nothing, nor does a record that is in it twice", async () => {
  const { bus } = await scene.start();
  const first = moved(scene.seed, "Lead", "Interest");
  const batch = [first, first, moved(scene.seed, "Interest", "Preparation")];
  await bus.hand(batch);
  await bus.hand([moved(scene.seed, "Preparation", "Creation")]);
  await bus.hand(batch);
  expect(await changes()).toEqual(["Lead > Interest", "Interest > Preparation", "Preparation > Creation"]);
  expect(await gaps()).toEqual([]);
  expect(await rows("SELECT source_id, events::int, days FROM source_activity")).toEqual([
    { source_id: scene.seed.sourceId, events: 3, days: 1 },
  ]);
});

test("a change that does not begin where the last one ended is a gap, within a batch and between two", async () => {
  const { bus } = await scene.start();
  await bus.hand([moved(scene.seed, "Lead", "Interest"), moved(scene.seed, "Assign", "Creation")]);
  await bus.hand([moved(scene.seed, "Feedback", "Done")]);
  await bus.hand([moved(scene.seed, "Done", "Redesign")]);
  expect(await gaps()).toEqual([
    { gap_from: "Interest", gap_to: "Assign" },
    { gap_from: "Creation", gap_to: "Feedback" },
  ]);
});

test("statuses compare whatever their language", async () => {
  const { bus } = await scene.start();
  await bus.hand([moved(scene.seed, "Interesse", "in Vorbereitung")]);
  await bus.hand([moved(scene.seed, "Preparation", "Ueberpruefung"), moved(scene.seed, "approval", "Done")]);
  expect(await gaps()).toEqual([]);
});

test("what a subject shows first counts until it changes; what it shows later is no change", async () => {
  const { bus } = await scene.start();
  await bus.hand([
    shown(scene.seed, "website_created", "Lead", 1),
    moved(scene.seed, "Interest", "Done", { site: 1 }),
  ]);
  await bus.hand([shown(scene.seed, "website_created", "Lead", 2)]);
  await bus.hand([moved(scene.seed, "Interest", "Done", { site: 2 })]);
  // The to-do of a change was faster than the change.
  await bus.hand([shown(scene.seed, "todo_created", "Done", 3)]);
  await bus.hand([moved(scene.seed, "Publish", "Done", { site: 3 })]);
  await bus.hand([shown(scene.seed, "todo_created", "Redesign", 3)]);
  await bus.hand([moved(scene.seed, "Done", "Redesign", { site: 3 })]);
  expect(await gaps()).toEqual([
    { gap_from: "Lead", gap_to: "Interest" },
    { gap_from: "Lead", gap_to: "Interest" },
  ]);
  expect(await changes(3)).toEqual(["Publish > Done", "Done > Redesign"]);
});

test("an event without a status or without a subject disturbs nothing", async () => {
  const { bus } = await scene.start();
  await bus.hand([moved(scene.seed, "Lead", "Interest")]);
  await bus.hand([recordOf(scene.seed, { subject: "website/7", value: '{"website":{"id":7}}' })]);
  await bus.hand([recordOf(scene.seed, { subject: "website/8", value: "no json" })]);
  await bus.hand([moved(scene.seed, "Interest", "Done")]);
  expect(await changes()).toEqual(["Lead > Interest", "Interest > Done"]);
  expect(await gaps()).toEqual([]);
});

test("of many changes the last are kept", async () => {
  const { bus } = await scene.start();
  const steps = Array.from({ length: KEPT_CHANGES + 5 }, (_, n) => moved(scene.seed, `s${n}`, `s${n + 1}`));
  await bus.hand(steps.slice(0, 3));
  await bus.hand(steps.slice(3));
  const kept = await changes();
  expect(kept).toHaveLength(KEPT_CHANGES);
  expect(kept[0]).toBe("s5 > s6");
  expect(kept.at(-1)).toBe(`s${KEPT_CHANGES + 4} > s${KEPT_CHANGES + 5}`);
});
