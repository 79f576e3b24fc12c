/** Holds a history against every rule. Pure: the same lines, the same findings. */
import type { HistoryLine } from "./line.ts";
import { doubtsWithoutReason } from "./rules/doubts.ts";
import { outOfOrder } from "./rules/order.ts";
import { endedTwice, endedUnwritten, neverEnded, startsWithoutOutcome } from "./rules/outcomes.ts";
import { epochsDoNotRise, notTheirs, sentAfterLoss, writtenAfterLoss } from "./rules/ownership.ts";
import { acceptedIsNotPromised, deliveriesAreRoutedTwice, eventsAreNotRouted } from "./rules/routing.ts";
import type { Rule } from "./rules/rule.ts";
import {
  arrivedUnstarted,
  deliveredWithoutEffect,
  doubledWithoutDoubt,
  keysChange,
  startedUnclaimed,
} from "./rules/sending.ts";
import { linesAreMissing, operationsAreLeftOpen } from "./rules/whole.ts";
import { makeTimeline } from "./timeline.ts";

export const RULES: readonly Rule[] = [
  linesAreMissing,
  operationsAreLeftOpen,
  acceptedIsNotPromised,
  eventsAreNotRouted,
  deliveriesAreRoutedTwice,
  epochsDoNotRise,
  notTheirs,
  sentAfterLoss,
  writtenAfterLoss,
  startedUnclaimed,
  arrivedUnstarted,
  keysChange,
  doubledWithoutDoubt,
  deliveredWithoutEffect,
  startsWithoutOutcome,
  endedTwice,
  neverEnded,
  endedUnwritten,
  outOfOrder,
  doubtsWithoutReason,
];

export interface Finding {
  /** What is wrong, in general. */
  readonly rule: string;
  /** Where. */
  readonly places: readonly string[];
}

/** Lines in the order of their time. Empty: everything holds. */
export function checkHistory(lines: readonly HistoryLine[]): Finding[] {
  const timeline = makeTimeline(lines);
  return RULES.map((rule) => ({ rule: rule.name, places: rule.find(timeline) })).filter(
    (each) => each.places.length > 0,
  );
}
