/**
 * The history of a run: what each process did, a line each, in the order in which it did it. Ids are those of the API
 * (`evt_…`, `dlv_…`), so a line can be laid beside a log.
 */

export interface Origin {
  /** Which process, unlike any before it: "dispatcher-4711-1f3a". */
  readonly by: string;
  /** Counts the lines of that process from 1. */
  readonly n: number;
  /** Milliseconds of the machine's monotonic clock: the same for all its processes, and no step of a clock moves it. */
  readonly at: number;
}

export type Place = readonly [partition: number, epoch: number];

/** As its router puts it in. */
export interface RoutedLine {
  readonly delivery: string;
  readonly event: string;
  readonly subscription: string;
  readonly partition: number;
  /** Its place in its partition: bus order. */
  readonly seq: number;
  /** The claim that goes in with the row, if one does. */
  readonly claimedEpoch: number | null;
  /** Connection and subject; null: unordered. */
  readonly order: string | null;
}

export interface OutcomeLine {
  readonly delivery: string;
  readonly partition: number;
  readonly epoch: number;
  /** Null: it goes on waiting. */
  readonly state: string | null;
  readonly possiblySent: boolean;
}

export interface Claim {
  readonly delivery: string;
  readonly partition: number;
  readonly epoch: number;
}

/** What a process of ours writes. */
export type Deed =
  | { readonly kind: "began"; readonly app: string; readonly pid: number }
  /** In order; a process without it was killed. */
  | { readonly kind: "ended" }
  /** The bus has them, and whoever sent them is about to be told. */
  | { readonly kind: "accepted"; readonly events: readonly string[] }
  /** A transaction of routes, marks and outcomes is all but committed: what it puts in, and what it writes. */
  | {
      readonly kind: "committing";
      readonly op: number;
      readonly routed: readonly RoutedLine[];
      readonly marked: readonly string[];
      readonly outcomes: readonly OutcomeLine[];
      /** Deliveries whose outcome is not taken any more: they are somebody else's. */
      readonly refused: readonly string[];
    }
  | { readonly kind: "committed"; readonly op: number }
  | { readonly kind: "claiming"; readonly op: number; readonly room: number }
  | { readonly kind: "claimed"; readonly op: number; readonly claims: readonly Claim[] }
  /** A commit or a claim; `unsure`: the store may have done it all the same. */
  | { readonly kind: "failed"; readonly op: number; readonly unsure: boolean }
  /** Right before the connector is called. */
  | {
      readonly kind: "started";
      readonly delivery: string;
      readonly key: string;
      readonly partition: number;
      readonly epoch: number;
      readonly attempt: number;
    }
  | { readonly kind: "took"; readonly partitions: readonly Place[]; readonly requeued: number }
  /** Somebody else has them, it noticed. */
  | { readonly kind: "lost"; readonly partitions: readonly number[] }
  /** Handed over. */
  | { readonly kind: "released"; readonly partitions: readonly number[] };

/** What is seen from outside: by whoever publishes, receives and looks into the log at the end. */
export type Observation =
  | {
      readonly kind: "subscribed";
      readonly account: string;
      readonly subscription: string;
      readonly repeat: string;
    }
  /** Answered 202. */
  | { readonly kind: "promised"; readonly account: string; readonly event: string }
  /** At the target; `effect`: it did what was asked, and did not only refuse. */
  | { readonly kind: "arrived"; readonly key: string; readonly effect: boolean }
  /** A person settled a doubt. */
  | { readonly kind: "settled"; readonly delivery: string; readonly as: "delivered" | "send" | "drop" }
  /** What the log says when all is over. */
  | {
      readonly kind: "final";
      readonly delivery: string;
      readonly event: string;
      readonly subscription: string;
      readonly key: string;
      readonly state: string;
      readonly possiblySent: boolean;
    };

export type HistoryEntry = Deed | Observation;
export type HistoryLine = Origin & HistoryEntry;
export type LineOf<Kind extends HistoryLine["kind"]> = Extract<HistoryLine, { readonly kind: Kind }>;
