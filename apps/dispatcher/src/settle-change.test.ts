/** Deliveries that wait in case their change is taken back, and what becomes of them. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { formatId, newUuid } from "@stellwerk/delivery";
import { statuses } from "@stellwerk/events";
import { cancelDelivery, holdSubscription, resumeSubscription, runDelivery } from "@stellwerk/store";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takenBackBy } from "./settle-change.ts";
import { answers, DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";
import { moved } from "./testing/moves.ts";

describe("takenBackBy", () => {
  /** Some statuses, each with all its names. */
  const board = statuses.slice(0, 4).map(({ name, title, aliases }) => [name, title.de, ...aliases]);
  const place = fc.nat({ max: board.length - 1 });
  const named = place.chain((at) => fc.constantFrom(...board[at]!).map((text) => ({ at, text })));
  const ring = fc.array(fc.record({ was: named, status: named }), { minLength: 1, maxLength: 8 });

  test("is what somebody with a list and a pencil would say, in any language", () => {
    fc.assert(
      fc.property(ring, fc.nat(), (moves, n) => {
        const changes = moves.map(({ was, status }, id) => ({
          id: `${id}`,
          was: was.text,
          status: status.text,
        }));
        const own = n % moves.length;
        const visited = moves.slice(own + 1).map(({ status }) => status.at);
        const isTakenBack = visited.includes(moves[own]!.was.at) && !visited.includes(moves[own]!.status.at);
        const first = `${own + 1 + visited.indexOf(moves[own]!.was.at)}`;
        expect(takenBackBy(`${own}`, changes)?.id).toBe(isTakenBack ? first : undefined);
      }),
    );
  });

  test("one that is not among the changes was not taken back", () => {
    const changes = [{ id: "b", was: "Done", status: "Publish" }];
    expect(takenBackBy("a", changes)).toBeUndefined();
    expect(takenBackBy("a", [])).toBeUndefined();
  });
});

describe("a delivery that settles", () => {
  let scene: DispatcherScene;
  beforeEach(async () => {
    scene = await DispatcherScene.open();
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  const rows = <Row>(sql: string, values?: unknown[]) => scene.database.db.query<Row>(sql, values);
  const waiting = () => rows<{ delivery_id: string }>("SELECT delivery_id FROM queue ORDER BY seq");
  const move = (from: string, to: string, site = 7) => moved(scene.seed, from, to, { site });
  const statusOf = (request: { readonly body: Buffer }): string =>
    (JSON.parse(request.body.toString()) as { website: { status: string } }).website.status;

  /** How each event's delivery ended, in the order of the bus. */
  const ends = async () => {
    await eventually(async () => expect(await waiting()).toEqual([]));
    return rows(
      `SELECT d.state, d.reason FROM delivery d JOIN event e ON e.id = d.event_id ORDER BY e.received_at, e.id`,
    );
  };
  const SENT = { state: "delivered", reason: null };
  const DROPPED = { state: "skipped", reason: "taken_back" };

  test("is not sent when the card is moved back, and says by which event", async () => {
    await using receiver = await openReceiver(answers(() => 204));
    await scene.seedWebhook(`${receiver.url}/`, { settleMs: 700 });
    const { bus } = await scene.start();
    const back = newUuid();
    await bus.hand([move("Interest", "Preparation")]);
    expect(await waiting()).toHaveLength(1);
    await bus.hand([moved(scene.seed, "Preparation", "Interest", { id: back })]);
    expect(await ends()).toEqual([DROPPED, SENT]);
    expect(receiver.requests.map(statusOf)).toEqual(["Interest"]);
    expect(await rows("SELECT detail FROM delivery WHERE state = 'skipped'")).toEqual([
      { detail: `Preparation → Interest (${formatId("evt", back)})` },
    ]);
    expect(await rows("SELECT state FROM undelivered")).toEqual([{ state: "skipped" }]);
  });

  test("is sent when the card moves on, or comes back to where it went", async () => {
    await using receiver = await openReceiver(answers(() => 204));
    await scene.seedWebhook(`${receiver.url}/`, { settleMs: 500 });
    const { bus } = await scene.start();
    await bus.hand([move("Interest", "Preparation", 1), move("Preparation", "Creation", 1)]);
    await bus.hand([move("Publish", "Done", 2), move("Done", "Publish", 2), move("Publish", "Done", 2)]);
    expect(await ends()).toEqual([SENT, SENT, SENT, DROPPED, SENT]);
  });

  test("is judged whatever the language, in one batch and in German", async () => {
    await using receiver = await openReceiver(answers(() => 204));
    await scene.seedWebhook(`${receiver.url}/`, { settleMs: 400 });
    const { bus } = await scene.start();
    await bus.hand([move("Interesse", "in Vorbereitung", 1), move("Preparation", "interest", 1)]);
    await bus.hand([move("Fertig", "Abwicklung", 2), move("Abwicklung", "Änderung", 2)]);
    expect(await ends()).toEqual([DROPPED, SENT, SENT, SENT]);
  });

  test("only waits when its type has no status, or its subject is not known any more", async () => {
    await using receiver = await openReceiver(answers(() => 204));
    await scene.seedWebhook(`${receiver.url}/`, { settleMs: 500 });
    const { bus } = await scene.start();
    await bus.hand([recordOf(scene.seed, { subject: "website/1" })]);
    await bus.hand([move("Publish", "Done"), move("Done", "Publish")]);
    expect(receiver.requests).toEqual([]);
    await rows("DELETE FROM subject");
    expect(await ends()).toEqual([SENT, SENT, SENT]);
  });

  test("goes first in its subject's order meanwhile, and lets the next one go when it is dropped", async () => {
    await using receiver = await openReceiver(answers(() => 204));
    await scene.seedWebhook(`${receiver.url}/`, { subscriptions: 2, ordered: true, settleMs: 600 });
    // The second one does not wait by itself.
    await rows("UPDATE subscription_version SET settle_ms = NULL WHERE subscription_id = $1", [
      scene.seed.subscriptionIds[1],
    ]);
    await rows("UPDATE subscription_version SET condition = $2 WHERE subscription_id = $1", [
      scene.seed.subscriptionIds[1],
      JSON.stringify({ "website.status": "Publish" }),
    ]);
    const { bus } = await scene.start();
    await bus.hand([move("Publish", "Done"), move("Done", "Publish")]);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(receiver.requests).toEqual([]);
    expect(await rows("SELECT behind FROM queue ORDER BY seq")).toEqual([
      { behind: false },
      { behind: true },
      { behind: true },
    ]);
    await eventually(async () => expect(await waiting()).toEqual([]));
    expect(receiver.requests.map(statusOf)).toEqual(["Publish", "Publish"]);
    expect(await rows("SELECT state FROM undelivered")).toEqual([{ state: "skipped" }]);
  });

  test("is judged by whoever runs it after a restart, and after a pause", async () => {
    await using receiver = await openReceiver(answers(() => 204));
    await scene.seedWebhook(`${receiver.url}/`, { settleMs: 700 });
    const first = await scene.start();
    await first.bus.hand([
      move("Publish", "Done", 1),
      move("Done", "Publish", 1),
      move("Publish", "Done", 2),
    ]);
    await scene.stopAll();
    const second = await scene.start();
    const { accountId, subscriptionIds } = scene.seed;
    const [subscriptionId] = subscriptionIds as [string];
    await scene.change((tx) => holdSubscription(tx, accountId, subscriptionId, null));
    await second.bus.hand([move("Done", "Publish", 2)]);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(receiver.requests).toEqual([]);
    await scene.change((tx) =>
      resumeSubscription(tx, accountId, subscriptionId, { catchUp: "all", perSecond: null }),
    );
    expect(await ends()).toEqual([DROPPED, SENT, DROPPED, SENT]);
  });

  test("is sent at once when a person runs it, taken back or not, and not at all when it is cancelled", async () => {
    await using receiver = await openReceiver(answers(() => 204));
    await scene.seedWebhook(`${receiver.url}/`, { settleMs: 3_600_000 });
    const { bus } = await scene.start();
    await bus.hand([move("Publish", "Done"), move("Done", "Publish")]);
    const [done, publish] = (await waiting()) as [{ delivery_id: string }, { delivery_id: string }];
    const place = { accountId: scene.seed.accountId, partition: 1 };
    await scene.database.db.transaction((tx) => runDelivery(tx, { ...place, id: done.delivery_id }));
    await scene.database.db.transaction((tx) =>
      cancelDelivery(tx, { ...place, id: publish.delivery_id }, "x"),
    );
    expect(await ends()).toEqual([SENT, { state: "dead", reason: "dropped" }]);
    expect(receiver.requests.map(statusOf)).toEqual(["Done"]);
  });

  test("is judged with an edited input, too, and not once it has been tried", async () => {
    let tries = 0;
    await using receiver = await openReceiver((response, request) => {
      const fails = statusOf(request) === "Interest" && (tries += 1) === 1;
      response.writeHead(fails ? 503 : 204).end();
    });
    await scene.seedWebhook(`${receiver.url}/`, { settleMs: 400, retryScheduleMs: [1_000] });
    const { bus } = await scene.start();
    await bus.hand([move("Publish", "Done", 1)]);
    await rows("UPDATE queue SET input = '{}'");
    await bus.hand([move("Lead", "Interest", 2)]);
    await bus.hand([move("Done", "Publish", 1)]);
    await eventually(async () => expect(tries).toBe(1));
    // The first one is dropped. The second one may have arrived when it is taken back.
    await bus.hand([move("Interest", "Lead", 2)]);
    const ended = await ends();
    expect(ended[0]).toEqual(DROPPED);
    expect(ended.slice(1)).toEqual([SENT, SENT, SENT]);
    expect(tries).toBe(2);
  });
});
