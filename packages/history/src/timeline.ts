/** A history, sorted by what the rules ask for: by process, partition, delivery, operation, key. */
import type { HistoryLine, LineOf, OutcomeLine, RoutedLine } from "./line.ts";

/** A transaction of the writer loop, and what became of it. */
export interface Commit {
  readonly asked: LineOf<"committing">;
  /** Undefined: nobody was told. */
  readonly answer: LineOf<"committed"> | LineOf<"failed"> | undefined;
}

export interface Takeover {
  readonly at: number;
  readonly by: string;
  readonly epoch: number;
}

export interface Recorded extends OutcomeLine {
  readonly by: string;
  /** When it was asked for; from then on the store may have it. */
  readonly at: number;
  /** The store said so; undefined: nobody knows. */
  readonly written: boolean | undefined;
}

export interface Routed extends RoutedLine {
  readonly by: string;
  readonly at: number;
  /** It was new, the store said so; undefined: nobody knows. */
  readonly inserted: boolean | undefined;
}

export interface Timeline {
  readonly lines: readonly HistoryLine[];
  /** In their own order, as read. */
  readonly byProcess: ReadonlyMap<string, readonly HistoryLine[]>;
  readonly commits: readonly Commit[];
  /** By partition. */
  readonly takeovers: ReadonlyMap<number, readonly Takeover[]>;
  /** By delivery. */
  readonly routed: ReadonlyMap<string, readonly Routed[]>;
  readonly outcomes: ReadonlyMap<string, readonly Recorded[]>;
  readonly starts: ReadonlyMap<string, readonly LineOf<"started">[]>;
  readonly of: <Kind extends HistoryLine["kind"]>(kind: Kind) => readonly LineOf<Kind>[];
}

export function makeTimeline(lines: readonly HistoryLine[]): Timeline {
  const byKind = Map.groupBy(lines, (each) => each.kind);
  const of = <Kind extends HistoryLine["kind"]>(kind: Kind) => (byKind.get(kind) ?? []) as LineOf<Kind>[];
  const commits = findCommits(of("committing"), [...of("committed"), ...of("failed")]);
  const takeovers = of("took").flatMap(({ at, by, partitions }) =>
    partitions.map(([partition, epoch]) => ({ at, by, partition, epoch })),
  );
  return {
    lines,
    byProcess: Map.groupBy(lines, (each) => each.by),
    commits,
    takeovers: Map.groupBy(takeovers, (each) => each.partition),
    routed: Map.groupBy(commits.flatMap(routedOf), (each) => each.delivery),
    outcomes: Map.groupBy(commits.flatMap(recordedOf), (each) => each.delivery),
    starts: Map.groupBy(of("started"), (each) => each.delivery),
    of,
  };
}

/** A process that is no more: it was killed, or ended in order. */
export function endOf({ byProcess }: Timeline, by: string): HistoryLine | undefined {
  return byProcess.get(by)?.at(-1);
}

/** The epochs that are newer than this one, as far as anybody had been told by then. */
export function isOutdated(
  { takeovers }: Timeline,
  { partition, epoch, at }: { readonly partition: number; readonly epoch: number; readonly at: number },
): boolean {
  return (takeovers.get(partition) ?? []).some((each) => each.epoch > epoch && each.at < at);
}

function findCommits(
  asked: readonly LineOf<"committing">[],
  answers: readonly (LineOf<"committed"> | LineOf<"failed">)[],
): Commit[] {
  const byOp = new Map(answers.map((each) => [`${each.by} ${each.op}`, each]));
  return asked.map((each) => ({ asked: each, answer: byOp.get(`${each.by} ${each.op}`) }));
}

function routedOf({ asked, answer }: Commit): Routed[] {
  if (answer?.kind === "failed" && !answer.unsure) return [];
  const inserted = answer?.kind === "committed" ? new Set(answer.inserted) : undefined;
  return asked.routed.map((each) => ({
    ...each,
    by: asked.by,
    at: asked.at,
    inserted: inserted?.has(each.event),
  }));
}

function recordedOf({ asked, answer }: Commit): Recorded[] {
  if (answer?.kind === "failed" && !answer.unsure) return [];
  const recorded = answer?.kind === "committed" ? new Set(answer.recorded) : undefined;
  return asked.outcomes.map((each) => ({
    ...each,
    by: asked.by,
    at: asked.at,
    written: recorded?.has(each.delivery),
  }));
}
