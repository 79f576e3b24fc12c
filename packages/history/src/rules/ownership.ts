/** A partition belongs to one dispatcher at a time, and whoever lost it does nothing more with it. */
import { isOutdated, type Timeline } from "../timeline.ts";
import type { HistoryLine } from "../line.ts";
import type { Rule } from "./rule.ts";

export const epochsDoNotRise: Rule = {
  name: "takeovers whose epochs do not rise",
  find: ({ takeovers }) =>
    [...takeovers].flatMap(([partition, times]) =>
      times.slice(1).flatMap((each, index) => {
        const before = times[index]?.epoch ?? 0;
        return each.epoch > before
          ? []
          : [`partition ${partition}: ${each.by} took epoch ${each.epoch} after ${before}`];
      }),
    ),
};

export const sentAfterLoss: Rule = {
  name: "sends that began after their partition was lost",
  find(timeline) {
    const lost = losses(timeline);
    return timeline.of("started").flatMap((each) => {
      const { by, delivery, partition, epoch, at } = each;
      if (isOutdated(timeline, each))
        return [`${delivery}: ${by} started it at epoch ${epoch}, which was over`];
      const isLost = lost.some(
        (loss) => loss.by === by && loss.partition === partition && loss.at < at && loss.epoch >= epoch,
      );
      return isLost ? [`${delivery}: ${by} started it after it had lost partition ${partition}`] : [];
    });
  },
};

export const writtenAfterLoss: Rule = {
  name: "outcomes that were written by an old epoch",
  find: (timeline) =>
    [...timeline.outcomes.values()].flat().flatMap((each) => {
      if (each.written !== true || !isOutdated(timeline, each)) return [];
      return [`${each.delivery}: ${each.by} wrote its outcome at epoch ${each.epoch}, which was over`];
    }),
};

export const notTheirs: Rule = {
  name: "claims, sends or outcomes at an epoch that was not theirs",
  find(timeline) {
    const owners = new Map(
      [...timeline.takeovers].flatMap(([partition, times]) =>
        times.map((each) => [`${partition} ${each.epoch}`, each.by] as const),
      ),
    );
    return timeline.lines.flatMap((line) =>
      placesOf(line)
        .filter(({ partition, epoch }) => owners.get(`${partition} ${epoch}`) !== line.by)
        .map(
          ({ delivery, partition, epoch }) =>
            `${delivery}: ${line.by} ${line.kind} at epoch ${epoch} of partition ${partition}`,
        ),
    );
  },
};

interface DeliveryPlace {
  readonly delivery: string;
  readonly partition: number;
  readonly epoch: number;
}

function placesOf(line: HistoryLine): readonly DeliveryPlace[] {
  if (line.kind === "started") return [line];
  if (line.kind === "claimed") return line.claims;
  if (line.kind !== "committing") return [];
  const claims = line.routed.flatMap(({ delivery, partition, claimedEpoch }) =>
    claimedEpoch === null ? [] : { delivery, partition, epoch: claimedEpoch },
  );
  return [...claims, ...line.outcomes];
}

/** Until when, and to which epoch, somebody had a partition. */
function losses(timeline: Timeline) {
  const { takeovers } = timeline;
  return [...timeline.of("lost"), ...timeline.of("released")].flatMap(({ by, at, partitions }) =>
    partitions.map((partition) => {
      const own = (takeovers.get(partition) ?? []).filter((each) => each.by === by && each.at < at);
      return { by, at, partition, epoch: own.at(-1)?.epoch ?? 0 };
    }),
  );
}
