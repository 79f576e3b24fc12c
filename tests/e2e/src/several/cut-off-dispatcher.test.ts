/**
 * A dispatcher that is frozen, or cut off from the database, for longer than it may believe in itself. The other one
 * takes over within 15 s; the one that comes back neither writes nor sends, and has its share again.
 */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { check } from "../check.ts";
import { problemsIn } from "../kills/describe-findings.ts";
import { startLoad } from "../load.ts";
import { BUSES } from "../processes/buses.ts";
import { waitFor } from "../wait.ts";
import { openSeveral } from "./open-several.ts";

/** `STELLWERK_FREEZE_SECONDS=120` is the long form. */
const AWAY_MS = Number(process.env["STELLWERK_FREEZE_SECONDS"] ?? "20") * 1_000;
const TAKEN_WITHIN_MS = 15_000;
/** How long one that cannot reach the store may go on sending what it has claimed. */
const VALID_MS = 8_000;
const PER_SECOND = 30;
const ALL = 12;

type Several = Awaited<ReturnType<typeof openSeveral>>;

const BLOWS = [
  {
    name: "frozen",
    begin: ({ first }: Several) => first.process.signal("SIGSTOP"),
    end: ({ first }: Several) => first.process.signal("SIGCONT"),
  },
  {
    name: "cut off from PostgreSQL",
    begin: ({ line }: Several) => line.cut(),
    end: ({ line }: Several) => line.mend(),
  },
];

const cases = BUSES.flatMap((bus) => BLOWS.map((blow) => ({ bus, blow, on: bus.name, is: blow.name })));

test.each(cases)(
  "a dispatcher on $on that is $is: its partitions are taken within 15 s, and it comes back to its share",
  { timeout: AWAY_MS + 180_000 },
  async ({ bus, blow }) => {
    await using several = await openSeveral(bus);
    const { first, second, receiver, client, subscriptionId } = several;
    const [pid, otherPid] = [first.process.pid, second.process.pid];
    const shared = new Map([
      [pid, ALL / 2],
      [otherPid, ALL / 2],
    ]);
    await several.ownersBecome(shared, 30_000);
    await receiver.misbehave({ delayMs: [20, 200] });
    const load = startLoad({ hookUrls: several.hookUrls, perSecond: PER_SECOND });
    await pause(2_000);

    blow.begin(several);
    const begunAt = Date.now();
    const allToOther = new Map([[otherPid, ALL]]);
    await several.ownersBecome(allToOther, TAKEN_WITHIN_MS);
    await pause(Math.max(0, AWAY_MS - (Date.now() - begunAt)));
    blow.end(several);
    const endedAt = Date.now();
    await several.ownersBecome(shared, 60_000);
    await pause(1_000);
    await load.stop();

    const accepted = [...load.posted.values()].filter((each) => each.answer === 202).length;
    await waitFor(
      async () => {
        const deliveries = await client.deliveriesOf(subscriptionId);
        return deliveries.length >= accepted && deliveries.every((each) => each.state === "delivered");
      },
      { withinMs: 60_000, everyMs: 500, what: () => `all deliveries. Said last:\n${several.output()}` },
    );
    const received = receiver.received();
    // Sent twice is only what it had in hand, while it could believe in itself.
    const senderEndings = Array.from({ length: VALID_MS / 500 + 1 }, (_, n) => begunAt + n * 500);
    const deliveries = await client.deliveriesOf(subscriptionId);
    expect(problemsIn(check({ posted: load.posted, received, deliveries, senderEndings }))).toEqual({});
    expect(first.process.ending).toBeUndefined();
    // What came back has not sent again what the other one has sent since.
    const again = Map.groupBy(received, (each) => each.webhookId);
    const lateRepeats = [...again.values()].filter((times) => {
      const last = times.at(-1);
      return times.length > 1 && last !== undefined && last.at > endedAt;
    });
    expect(lateRepeats).toEqual([]);
    expect(accepted).toBeGreaterThan((AWAY_MS / 1_000) * PER_SECOND * 0.9);
  },
);
