/** Of one subject over one connection the next one starts when the one before has ended. */
import type { Routed, Timeline } from "../timeline.ts";
import type { Rule } from "./rule.ts";

export const outOfOrder: Rule = {
  name: "deliveries of a subject out of bus order",
  find(timeline) {
    const bySubject = Map.groupBy(placed(timeline), (each) => `${each.partition} ${each.order}`);
    return [...bySubject.values()].flatMap((deliveries) => {
      const inOrder = deliveries.toSorted((a, b) => a.seq - b.seq);
      return inOrder.slice(1).flatMap((each, index) => {
        const before = inOrder[index];
        if (before === undefined) return [];
        const firstStart = timeline.starts.get(each.delivery)?.[0]?.at ?? Number.POSITIVE_INFINITY;
        return endedBy(timeline, before.delivery) <= firstStart
          ? []
          : [
              `${each.delivery} (${each.seq}) was started before ${before.delivery} (${before.seq}) had ended`,
            ];
      });
    });
  },
};

/** Ordered deliveries whose place is known for sure. */
function placed(timeline: Timeline): Routed[] {
  return [...timeline.routed.values()].flatMap((times) => {
    const certain = times.find((each) => each.written === true);
    const only = certain ?? (times.length === 1 ? times[0] : undefined);
    return only === undefined || only.order === null ? [] : [only];
  });
}

/** The earliest moment at which the store may have had its end; never, if nobody wrote one. */
function endedBy(timeline: Timeline, delivery: string): number {
  const ends = (timeline.outcomes.get(delivery) ?? []).filter((each) => each.state !== null);
  const settled = timeline.of("settled").filter((each) => each.delivery === delivery && each.as !== "send");
  return Math.min(Number.POSITIVE_INFINITY, ...[...ends, ...settled].map((each) => each.at));
}
