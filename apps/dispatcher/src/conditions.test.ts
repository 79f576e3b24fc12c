/** Which events a subscription with a condition gets, as the dispatcher as a whole decides it. */
import { findSubscription, updateSubscription } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;
beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

function moved(status: string, previousStatus = "Publish") {
  const website = { id: 7, title: "Café", status };
  return recordOf(scene.seed, {
    type: "website_status_changed",
    value: JSON.stringify({ event: "website_status_changed", website, previousStatus }),
  });
}

async function titlesDelivered(): Promise<string[]> {
  const rows = await scene.database.db.query<{ body: Buffer }>(
    "SELECT e.body FROM delivery d JOIN event e ON e.id = d.event_id WHERE d.state = 'delivered' ORDER BY d.id",
  );
  return rows.map(({ body }) => JSON.parse(body.toString()).website.status);
}

test("only events that its condition holds for are delivered, and every one is kept", async () => {
  await scene.seedInbox({ condition: { "website.status": { $in: ["Done", "Creation"] } } });
  const { bus } = await scene.start();
  await bus.hand([
    moved("Feedback"),
    moved("Done"),
    moved("Fertig"),
    recordOf(scene.seed, { value: "no json" }),
  ]);
  await eventually(async () => expect(await scene.deliveries()).toHaveLength(2));
  await eventually(async () => expect((await titlesDelivered()).toSorted()).toEqual(["Done", "Fertig"]));
  expect(await scene.database.db.query("SELECT id FROM event")).toHaveLength(4);
});

test("it sees the source and what was before", async () => {
  await scene.seedInbox({
    condition: {
      $and: [{ "source.key": { $eq: "sitejet" } }, { "website.status": { $changedFrom: "Publish" } }],
    },
  });
  const { bus } = await scene.start();
  await bus.hand([moved("Done", "Feedback"), moved("Done", "Publish")]);
  await eventually(async () => expect(await scene.deliveries()).toHaveLength(1));
});

test("a condition changed just before an event decides it", async () => {
  await scene.seedInbox({ condition: { "website.status": { $eq: "Done" } } });
  const { bus } = await scene.start();
  await bus.hand([moved("Feedback")]);
  await scene.change(async (tx, revision) => {
    const id = scene.seed.subscriptionIds[0]!;
    const row = (await findSubscription(tx, scene.seed.accountId, id))!;
    await updateSubscription(tx, scene.seed.accountId, revision, {
      ...row,
      condition: { "website.status": { $eq: "Feedback" } },
    });
  });
  await bus.hand([moved("Feedback"), moved("Done")]);
  await eventually(async () => expect(await titlesDelivered()).toEqual(["Feedback"]));
  expect(await scene.deliveries()).toHaveLength(1);
});

test("a condition that this version cannot read loses nothing: its deliveries wait and say so", async () => {
  await scene.seedInbox({ condition: { "website.status": { $soundsLike: "Done" } } });
  const { bus } = await scene.start();
  await bus.hand([moved("Done")]);
  await eventually(async () =>
    expect(await scene.database.db.query("SELECT reason, detail FROM queue")).toMatchObject([
      { reason: "misconfigured", detail: expect.stringContaining("$soundsLike") },
    ]),
  );
});
