import { describe, expect, test } from "vitest";
import { checkHistory } from "./check-history.ts";
import type { HistoryLine } from "./line.ts";
import { inOrder } from "./read-history.ts";
import { healthyHistory } from "./testing/healthy-history.ts";

const healthy = healthyHistory();
const nameOf = ({ by, n, kind }: HistoryLine) => `${by} ${n} ${kind}`;
const lines = healthy.map((line, index) => [nameOf(line), index] as const);

/** As if the process had never written what is gone: its lines are counted anew. */
function recount(changed: readonly HistoryLine[]): HistoryLine[] {
  const counts = new Map<string, number>();
  return changed.map((line) => {
    const n = (counts.get(line.by) ?? 0) + 1;
    counts.set(line.by, n);
    return { ...line, n };
  });
}

const rulesBroken = (changed: readonly HistoryLine[]) =>
  checkHistory(inOrder(changed)).map((each) => each.rule);

test("a run in which a dispatcher was killed and an answer lost is in order", () => {
  expect(checkHistory(healthy)).toEqual([]);
});

describe("whatever line it is that is touched, it is found", () => {
  // Without its end a process was killed, which is a history too.
  test.each(lines.filter(([name]) => !name.endsWith("ended")))("dropped: %s", (_name, index) => {
    expect(rulesBroken(healthy.toSpliced(index, 1))).not.toEqual([]);
  });

  test.each(lines)("doubled: %s", (_name, index) => {
    const line = healthy[index]!;
    expect(rulesBroken(healthy.toSpliced(index, 0, line))).not.toEqual([]);
  });

  test("swapped with the next of its process", () => {
    const unfound = lines.filter(([, index]) => {
      const line = healthy[index]!;
      const next = healthy.findIndex((each, at) => at > index && each.by === line.by);
      if (next === -1) return false;
      const other = healthy[next]!;
      const changed = healthy.with(index, { ...other, at: line.at }).with(next, { ...line, at: other.at });
      return rulesBroken(changed).length === 0;
    });
    expect(unfound.map(([name]) => name)).toEqual([]);
  });
});

/** The lines' numbers put right again, so that it is what they say that gives it away. */
describe("what a change means is found by its rule", () => {
  const change = (name: string, by: (line: HistoryLine) => HistoryLine | undefined) =>
    recount(healthy.flatMap((line) => (nameOf(line) === name ? (by(line) ?? []) : line)));
  const drop = (name: string) => change(name, () => undefined);
  const withEpoch = (name: string, epoch: number) =>
    change(
      name,
      (line) => JSON.parse(JSON.stringify(line).replaceAll(/"epoch":\d/g, `"epoch":${epoch}`)) as HistoryLine,
    );
  const at = (name: string) => healthy.find((line) => nameOf(line) === name)!;

  test.each([
    ["an accept", "events were promised that the bus did not have", drop("api 2 accepted")],
    ["a route", "deliveries were routed twice, or come from nowhere", drop("first 3 committing")],
    ["an answer", "commits or claims have no answer, or more than one", drop("second 4 failed")],
    ["a claim's answer", "deliveries that were started without a claim", drop("second 6 claimed")],
    ["a start", "requests that nobody had started", drop("first 5 started")],
    ["an outcome", "deliveries of a subject out of bus order", dropOutcome("o1")],
    ["the last outcome", "ends in the log that no dispatcher wrote", dropOutcome("o2")],
    ["an arrival", "missing: delivered by the log, and the target has nothing", drop("receiver 4 arrived")],
    ["a takeover", "claims, sends or outcomes at an epoch that was not theirs", drop("second 2 took")],
    ["a log line", "accepted events were not routed, or not to every subscription", drop("outside 6 final")],
    ["what a person said", "ends in the log that no dispatcher wrote", drop("outside 5 settled")],
  ])("without %s: %s", (_what, rule, changed) => {
    expect(rulesBroken(changed)).toContain(rule);
  });

  test.each([
    [
      "a start at an epoch that was over",
      "sends that began after their partition was lost",
      withEpoch("second 7 started", 1),
    ],
    [
      "an outcome at an epoch that was over",
      "outcomes that were written by an old epoch",
      withEpoch("second 11 committing", 1),
    ],
    [
      "a claim at another's epoch",
      "claims, sends or outcomes at an epoch that was not theirs",
      withEpoch("second 6 claimed", 1),
    ],
    [
      "a takeover at the same epoch",
      "takeovers whose epochs do not rise",
      change("second 2 took", (line) => ({ ...line, kind: "took", partitions: [[0, 1]], requeued: 0 })),
    ],
    [
      "a process that goes on after it lost its partition",
      "sends that began after their partition was lost",
      recount([
        ...healthy,
        { ...at("second 5 claiming"), at: at("second 7 started").at - 1, kind: "lost", partitions: [0] },
      ]),
    ],
    [
      "a doubt that nobody wrote down",
      "effects that came twice without a recorded doubt",
      change("outside 6 final", (line) => ({ ...line, possiblySent: false }) as HistoryLine),
    ],
    [
      "an effect twice of what may not be repeated",
      "effects that came twice without a recorded doubt",
      recount([...healthy, { ...at("receiver 2 arrived"), at: 50_000 }]),
    ],
    [
      "a doubt without a cause",
      "more doubts than claims were open when a dispatcher went away",
      change("outside 9 final", (line) => ({ ...line, possiblySent: true }) as HistoryLine),
    ],
    [
      "another key",
      "deliveries whose key changed",
      change("second 7 started", (line) => ({ ...line, key: "o9" }) as HistoryLine),
    ],
    [
      "a delivery that still waits",
      "deliveries that never ended",
      change("outside 8 final", (line) => ({ ...line, state: "queued" }) as HistoryLine),
    ],
    [
      "a start after the end",
      "deliveries that went on after they had ended",
      recount([...healthy, { ...at("second 7 started"), at: at("second 24 ended").at - 1 }]),
    ],
  ])("%s: %s", (_what, rule, changed) => {
    expect(rulesBroken(changed)).toContain(rule);
  });

  function dropOutcome(delivery: string): HistoryLine[] {
    return healthy.map((line) =>
      line.kind === "committing"
        ? {
            ...line,
            outcomes: line.outcomes.filter((each) => each.delivery !== delivery || each.state === null),
          }
        : line,
    );
  }
});
