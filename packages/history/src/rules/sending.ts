/** What is sent was claimed and started first, under one key, once; or a doubt says so. */
import type { LineOf } from "../line.ts";
import type { Timeline } from "../timeline.ts";
import type { Rule } from "./rule.ts";

export const startedUnclaimed: Rule = {
  name: "deliveries that were started without a claim",
  find(timeline) {
    const claims = new Set(
      timeline
        .of("claimed")
        .flatMap(({ by, claims: taken }) => taken.map((each) => `${by} ${each.epoch} ${each.delivery}`)),
    );
    for (const { by, delivery, claimedEpoch, written } of [...timeline.routed.values()].flat()) {
      if (claimedEpoch !== null && written === true) claims.add(`${by} ${claimedEpoch} ${delivery}`);
    }
    return timeline
      .of("started")
      .filter(({ by, epoch, delivery }) => !claims.has(`${by} ${epoch} ${delivery}`))
      .map(({ by, epoch, delivery }) => `${delivery}: ${by} had not claimed it at epoch ${epoch}`);
  },
};

export const arrivedUnstarted: Rule = {
  name: "requests that nobody had started",
  find(timeline) {
    const starts = Map.groupBy(timeline.of("started"), (each) => each.key);
    const arrived = new Map<string, number>();
    return timeline.of("arrived").flatMap(({ key, at }) => {
      const count = (arrived.get(key) ?? 0) + 1;
      arrived.set(key, count);
      const begun = (starts.get(key) ?? []).filter((each) => each.at <= at).length;
      return count <= begun ? [] : [`${key} arrived ${count} times and was started ${begun} times before`];
    });
  },
};

export const keysChange: Rule = {
  name: "deliveries whose key changed",
  find: ({ starts }) =>
    [...starts].flatMap(([delivery, times]) => {
      const keys = new Set(times.map((each) => each.key));
      return keys.size === 1 ? [] : [`${delivery} was sent under ${[...keys].join(" and ")}`];
    }),
};

export const doubledWithoutDoubt: Rule = {
  name: "effects that came twice without a recorded doubt",
  find(timeline) {
    const finals = timeline.of("final");
    if (finals.length === 0) return [];
    const byKey = Map.groupBy(finals, (each) => each.key);
    const repeats = new Map(timeline.of("subscribed").map((each) => [each.subscription, each.repeat]));
    const toSend = new Set(
      timeline
        .of("settled")
        .filter((each) => each.as === "send")
        .map((each) => each.delivery),
    );
    return [...effectsByKey(timeline)].flatMap(([key, effects]) => {
      const deliveries = byKey.get(key) ?? [];
      if (effects.length <= Math.max(1, deliveries.length)) return [];
      if (!deliveries.some((each) => each.possiblySent)) return [`${key} had ${effects.length} effects`];
      const unasked = deliveries.filter(
        (each) => repeats.get(each.subscription) === "never" && !toSend.has(each.delivery),
      );
      return unasked.map((each) => `${each.delivery} had ${effects.length} effects, and nobody said so`);
    });
  },
};

export const deliveredWithoutEffect: Rule = {
  name: "missing: delivered by the log, and the target has nothing",
  find(timeline) {
    if (timeline.of("arrived").length === 0) return [];
    const effects = effectsByKey(timeline);
    const bySomebody = new Set(
      timeline
        .of("settled")
        .filter((each) => each.as === "delivered")
        .map((each) => each.delivery),
    );
    return timeline
      .of("final")
      .filter(
        (each) => each.state === "delivered" && !effects.has(each.key) && !bySomebody.has(each.delivery),
      )
      .map((each) => `${each.delivery} of ${each.event}`);
  },
};

function effectsByKey(timeline: Timeline): Map<string, LineOf<"arrived">[]> {
  return Map.groupBy(
    timeline.of("arrived").filter((each) => each.effect),
    (each) => each.key,
  );
}
