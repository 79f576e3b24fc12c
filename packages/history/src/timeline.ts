/** A history, sorted by what the rules ask for: by process, partition, delivery, operation, key. */
import type { HistoryLine, LineOf, OutcomeLine, RoutedLine } from "./line.ts";

/** Of a transaction of the writer loop. */
interface Written {
  readonly by: string;
  /** Right before its commit; from then on the store may have it. */
  readonly at: number;
  /** The store said so; undefined: nobody knows. */
  readonly written: boolean | undefined;
}

export type Recorded = OutcomeLine & Written;
export type Routed = RoutedLine & Written;

export interface Takeover {
  readonly at: number;
  readonly by: string;
  readonly epoch: number;
}

export interface Timeline {
  readonly lines: readonly HistoryLine[];
  /** In their own order, as read. */
  readonly byProcess: ReadonlyMap<string, readonly HistoryLine[]>;
  /** By partition. */
  readonly takeovers: ReadonlyMap<number, readonly Takeover[]>;
  /** By delivery. */
  readonly routed: ReadonlyMap<string, readonly Routed[]>;
  readonly outcomes: ReadonlyMap<string, readonly Recorded[]>;
  /** Outcomes that the store did not take, by delivery: they were somebody else's by then. */
  readonly refused: ReadonlyMap<string, readonly { readonly by: string; readonly at: number }[]>;
  readonly starts: ReadonlyMap<string, readonly LineOf<"started">[]>;
  readonly of: <Kind extends HistoryLine["kind"]>(kind: Kind) => readonly LineOf<Kind>[];
}

export function makeTimeline(lines: readonly HistoryLine[]): Timeline {
  const byKind = Map.groupBy(lines, (each) => each.kind);
  const of = <Kind extends HistoryLine["kind"]>(kind: Kind) => (byKind.get(kind) ?? []) as LineOf<Kind>[];
  const answers = new Map(
    [...of("committed"), ...of("failed")].map((each) => [`${each.by} ${each.op}`, each]),
  );
  /** With what became of it; without those that certainly failed. */
  const commits = of("committing").flatMap((asked) => {
    const answer = answers.get(`${asked.by} ${asked.op}`);
    if (answer?.kind === "failed" && !answer.unsure) return [];
    return { asked, written: answer?.kind === "committed" || undefined };
  });
  const routed = commits.flatMap(({ asked: { by, at, routed: each }, written }) =>
    each.map((one): Routed => ({ ...one, by, at, written })),
  );
  const outcomes = commits.flatMap(({ asked: { by, at, outcomes: each }, written }) =>
    each.map((one): Recorded => ({ ...one, by, at, written })),
  );
  const refused = of("committing").flatMap(({ by, at, refused: each }) =>
    each.map((delivery) => ({ by, at, delivery })),
  );
  const takeovers = of("took").flatMap(({ at, by, partitions }) =>
    partitions.map(([partition, epoch]) => ({ at, by, partition, epoch })),
  );
  return {
    lines,
    byProcess: Map.groupBy(lines, (each) => each.by),
    takeovers: Map.groupBy(takeovers, (each) => each.partition),
    routed: Map.groupBy(routed, (each) => each.delivery),
    outcomes: Map.groupBy(outcomes, (each) => each.delivery),
    refused: Map.groupBy(refused, (each) => each.delivery),
    starts: Map.groupBy(of("started"), (each) => each.delivery),
    of,
  };
}

/** The last that a process wrote: "ended" when it stopped in order, anything else when it was killed. */
export function endOf({ byProcess }: Timeline, by: string): HistoryLine | undefined {
  return byProcess.get(by)?.at(-1);
}

/** Whether somebody had been told of a newer epoch of the partition by then. */
export function isOutdated(
  { takeovers }: Timeline,
  { partition, epoch, at }: { readonly partition: number; readonly epoch: number; readonly at: number },
): boolean {
  return (takeovers.get(partition) ?? []).some((each) => each.epoch > epoch && each.at < at);
}
