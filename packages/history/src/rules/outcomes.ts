/** What was begun comes to an end, and to one end. */
import { endOf, type Timeline } from "../timeline.ts";
import type { Rule } from "./rule.ts";

const FINAL = new Set(["delivered", "skipped", "dead", "expired"]);

export const startsWithoutOutcome: Rule = {
  name: "sends whose dispatcher lived on and wrote no outcome",
  find(timeline) {
    return [...timeline.starts].flatMap(([delivery, starts]) => {
      const outcomes = [
        ...(timeline.outcomes.get(delivery) ?? []),
        ...(timeline.refused.get(delivery) ?? []),
      ];
      return starts.flatMap((start, index) => {
        const next = starts.slice(index + 1).find((each) => each.by === start.by);
        const until = next?.at ?? Number.POSITIVE_INFINITY;
        const has = outcomes.some((each) => each.by === start.by && each.at >= start.at && each.at <= until);
        return has || wasCutOff(timeline, start, until)
          ? []
          : [`${delivery}: ${start.by}, attempt ${start.attempt}`];
      });
    });
  },
};

/** Its process was killed before it could write, or it lost the partition. */
function wasCutOff(
  timeline: Timeline,
  { by, at, partition }: { readonly by: string; readonly at: number; readonly partition: number },
  until: number,
): boolean {
  const end = endOf(timeline, by);
  const wasKilled = end?.kind !== "ended";
  if (wasKilled && until === Number.POSITIVE_INFINITY && (end?.at ?? 0) - at < LONGEST_MS) return true;
  return timeline
    .of("lost")
    .some(
      (each) => each.by === by && each.at >= at && each.at <= until && each.partitions.includes(partition),
    );
}

/** A call, its outcome's way to the store, and the store being away meanwhile. */
const LONGEST_MS = 90_000;

export const endedTwice: Rule = {
  name: "deliveries that went on after they had ended",
  find(timeline) {
    return [...timeline.outcomes].flatMap(([delivery, outcomes]) => {
      const ends = outcomes.filter((each) => each.written === true && each.state !== null);
      const [end] = ends;
      if (end === undefined) return [];
      if (ends.length > 1) return [`${delivery} ended ${ends.length} times`];
      const later = (timeline.starts.get(delivery) ?? []).filter((each) => each.at > end.at);
      return later.map((each) => `${delivery} was started by ${each.by} after it had ended`);
    });
  },
};

export const neverEnded: Rule = {
  name: "deliveries that never ended",
  find(timeline) {
    const finals = timeline.of("final");
    if (finals.length > 0) {
      return finals
        .filter((each) => !FINAL.has(each.state))
        .map((each) => `${each.delivery} is ${each.state}`);
    }
    return [...timeline.routed.keys()]
      .filter((delivery) => {
        const outcomes = timeline.outcomes.get(delivery) ?? [];
        return !outcomes.some((each) => each.state !== null);
      })
      .map((delivery) => `${delivery} has no end`);
  },
};

export const endedUnwritten: Rule = {
  name: "ends in the log that no dispatcher wrote",
  find(timeline) {
    const settled = new Set(
      timeline.of("settled").flatMap((each) => (each.as === "send" ? [] : each.delivery)),
    );
    return timeline
      .of("final")
      .filter(({ delivery, state }) => {
        if (!FINAL.has(state) || settled.has(delivery)) return false;
        const outcomes = timeline.outcomes.get(delivery) ?? [];
        return !outcomes.some((each) => each.state === state);
      })
      .map((each) => `${each.delivery} is ${each.state}`);
  },
};
