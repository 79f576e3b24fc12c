/** (d) Ten subscriptions for each of a thousand accounts: what an event costs, compared with ten subscriptions in all. */
import { parseId } from "@stellwerk/delivery";
import type { Database } from "@stellwerk/store";
import { runPhase } from "../measure/run-phase.ts";
import { flawsOf } from "../report/flaws.ts";
import { whole } from "../report/numbers.ts";
import { OTHER_TYPE } from "../systems/set-up-account.ts";
import { makeAccounts } from "./accounts.ts";
import { apiOf, doorsOf, openBulk, subscribeTargets } from "./installation.ts";
import { cpuUsPerEvent, judgeRatio, mean, othersPercentOf } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

const SUBSCRIPTIONS_EACH = 10;

/** More subscriptions like the first one of each account, to a type that is not sent. $1 the first ones, $2 how many more. */
const COPY_SUBSCRIPTIONS = `
WITH copy AS MATERIALIZED (
  SELECT
    s.account_id, s.connection_id, v.action, v.input,
    (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '70008' || substr(md5(s.id::text || n), 1, 15))::uuid AS id
  FROM subscription s
  JOIN subscription_version v ON v.subscription_id = s.id
  CROSS JOIN generate_series(1, $2::integer) AS n
  WHERE s.id = ANY ($1::uuid[])
),
changed AS (
  UPDATE account SET revision = revision + 1 WHERE id IN (SELECT account_id FROM copy) RETURNING id, revision
),
made AS (
  INSERT INTO subscription (id, account_id, connection_id, name)
  SELECT id, account_id, connection_id, 'Copy' FROM copy
  RETURNING id
)
INSERT INTO subscription_version (
  subscription_id, version, account_id, revision, enabled, connection_id, event_types, action, input
)
SELECT copy.id, 1, copy.account_id, changed.revision, true, copy.connection_id, ARRAY['${OTHER_TYPE}'], copy.action, copy.input
FROM copy JOIN made ON made.id = copy.id JOIN changed ON changed.id = copy.account_id`;

export const manySubscriptions: Scenario = {
  title: "10,000 subscriptions over 1,000 accounts",
  systems: ["standalone", "split"],
  async run(stage) {
    const { instruments, options, say } = stage;
    const system = await stage.start();
    const api = apiOf(system);
    const db = openBulk(doorsOf(system).databaseUrl);
    try {
      const [first = ""] = await subscribeTargets(api, stage, 0, 1);
      await copySubscriptions(db, [first]);
      const bench = { system, instruments, targets: 1 };
      const load = { seconds: options.seconds, pace: { rate: options.rate } };
      await runPhase(bench, load);
      say("one account with ten subscriptions");
      const few = await runPhase(bench, load);

      say(`making ${options.accounts} accounts`);
      const made = await makeAccounts(stage, api, doorsOf(system).apiUrl, options.accounts);
      await copySubscriptions(
        db,
        made.map(({ subscriptionId }) => subscriptionId),
      );
      const [count] = await db.query<{ all: number }>("SELECT count(*) AS all FROM subscription");
      const spread = { ...load, hookUrls: made.map(({ hookUrl }) => hookUrl) };
      say("their first events");
      const first1000 = await runPhase(bench, spread);
      say("the same again, each account known");
      const many = await runPhase(bench, spread);
      const fewAgain = await runPhase(bench, load);

      const [usFew, usMany, usFewAgain] = [few, many, fewAgain].map(cpuUsPerEvent);
      const base = mean([usFew ?? Number.NaN, usFewAgain ?? Number.NaN]);
      const all = whole(count?.all ?? 0);
      const figure = (label: string, value = Number.NaN) => ({
        group: "CPU an event",
        label,
        value,
        unit: "µs",
      });
      return {
        verdicts: [
          judgeRatio(
            `CPU an event, ${all} subscriptions against ten`,
            usMany ?? Number.NaN,
            base,
            { atMost: 2 },
            "µs",
          ),
        ],
        figures: [
          figure("ten subscriptions", usFew),
          figure(`${all}, events of ${whole(options.accounts)} accounts`, usMany),
          figure(`${all}, events of one account`, usFewAgain),
        ],
        othersPercent: othersPercentOf([few, many, fewAgain]),
        flaws: [few, first1000, many, fewAgain].flatMap(({ account }) => flawsOf(account)),
        notes: [
          "CPU is that of all of Stellwerk's processes and PostgreSQL, from the hook to the recorded outcome: routing alone is a part of it.",
        ],
      };
    } finally {
      await db.close();
    }
  },
};

async function copySubscriptions(db: Database, firstIds: readonly string[]): Promise<void> {
  await db.query(COPY_SUBSCRIPTIONS, [firstIds.map((id) => parseId("sub", id)), SUBSCRIPTIONS_EACH - 1]);
}
