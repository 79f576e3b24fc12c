/** A doubt has a reason: its outcome says so, or its dispatcher went away with it in hand. Never more than that. */
import { endOf } from "../timeline.ts";
import type { Rule } from "./rule.ts";

export const doubtsWithoutReason: Rule = {
  name: "more doubts than claims were open when a dispatcher went away",
  find(timeline) {
    const doubted = timeline.of("final").filter((each) => each.possiblySent);
    const said = new Set(
      [...timeline.outcomes.values()].flat().flatMap((each) => (each.possiblySent ? each.delivery : [])),
    );
    const held = new Map<string, string[]>();
    const hold = (delivery: string, by: string) => held.set(delivery, [...(held.get(delivery) ?? []), by]);
    for (const { by, claims } of timeline.of("claimed"))
      for (const { delivery } of claims) hold(delivery, by);
    for (const each of [...timeline.routed.values()].flat()) {
      if (each.claimedEpoch !== null) hold(each.delivery, each.by);
    }
    const isGone = (by: string) => endOf(timeline, by)?.kind !== "ended" || hasLost.has(by);
    const hasLost = new Set(timeline.of("lost").map((each) => each.by));
    const unexplained = doubted.filter(
      ({ delivery }) => !said.has(delivery) && !(held.get(delivery) ?? []).some(isGone),
    );
    // Claims that the store made and nobody was told of: their dispatcher was killed in between.
    const answered = new Set(
      [...timeline.of("claimed"), ...timeline.of("failed")].map((each) => `${each.by} ${each.op}`),
    );
    const unheard = timeline
      .of("claiming")
      .filter((each) => !answered.has(`${each.by} ${each.op}`))
      .reduce((sum, each) => sum + each.room, 0);
    return unexplained.length <= unheard ? [] : unexplained.map((each) => each.delivery);
  },
};
