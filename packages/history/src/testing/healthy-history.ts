/**
 * A run in which everything went well although things happened: a dispatcher is killed in mid-call, another one takes
 * over and sends again, and an answer is lost. Events 1 and 2 are about one subject; each has an ordered
 * delivery and one of an action that may not be repeated.
 */
import type { HistoryEntry, HistoryLine, OutcomeLine, RoutedLine } from "../line.ts";

/** Deliveries of event 1 and 2: `o` ordered, `n` never. */
export function healthyHistory(): HistoryLine[] {
  const lines: HistoryLine[] = [];
  const counts = new Map<string, number>();
  const add = (by: string, entry: HistoryEntry) => {
    const n = (counts.get(by) ?? 0) + 1;
    counts.set(by, n);
    lines.push({ by, n, at: (lines.length + 1) * 1_000, ...entry });
  };
  const routed = (event: string, seq: number, claimedEpoch: number | null): RoutedLine[] => [
    {
      ...ROUTED,
      event,
      delivery: `o${event}`,
      subscription: "ordered",
      seq,
      claimedEpoch,
      order: "c website/1",
    },
    {
      ...ROUTED,
      event,
      delivery: `n${event}`,
      subscription: "never",
      seq: seq + 1,
      claimedEpoch: null,
      order: null,
    },
  ];
  const commits = (
    by: string,
    op: number,
    { routes = [], marked = [], outcomes = [], unheard = false }: CommitParts,
  ) => {
    add(by, { kind: "committing", op, routed: routes, marked, outcomes, refused: [] });
    if (unheard) return add(by, { kind: "failed", op, unsure: true });
    add(by, { kind: "committed", op });
  };
  const starts = (by: string, delivery: string, epoch: number, attempt: number) =>
    add(by, { kind: "started", delivery, key: delivery, partition: 0, epoch, attempt });
  const claims = (by: string, op: number, epoch: number, ...deliveries: string[]) => {
    add(by, { kind: "claiming", op, room: 4 });
    add(by, {
      kind: "claimed",
      op,
      claims: deliveries.map((delivery) => ({ delivery, partition: 0, epoch })),
    });
  };
  const ends = (delivery: string, epoch: number): OutcomeLine => ({ ...DELIVERED, delivery, epoch });

  add("outside", { kind: "subscribed", account: "a", subscription: "ordered", repeat: "key" });
  add("outside", { kind: "subscribed", account: "a", subscription: "never", repeat: "never" });
  add("api", { kind: "began", app: "api", pid: 1 });
  add("first", { kind: "began", app: "dispatcher", pid: 2 });
  add("first", { kind: "took", partitions: [[0, 1]], requeued: 0 });
  add("second", { kind: "began", app: "dispatcher", pid: 3 });
  add("api", { kind: "accepted", events: ["1"] });
  add("outside", { kind: "promised", account: "a", event: "1" });
  add("api", { kind: "accepted", events: ["2"] });
  add("outside", { kind: "promised", account: "a", event: "2" });
  commits("first", 1, { routes: routed("1", 1, 1) });
  starts("first", "o1", 1, 1);
  claims("first", 2, 1, "n1");
  commits("first", 3, { marked: ["n1"] });
  starts("first", "n1", 1, 1);
  add("receiver", { kind: "arrived", key: "o1", effect: true });
  add("receiver", { kind: "arrived", key: "n1", effect: true });
  // Here the first is killed.
  add("second", { kind: "took", partitions: [[0, 2]], requeued: 2 });
  commits("second", 1, { routes: routed("2", 3, null), unheard: true });
  add("outside", { kind: "settled", delivery: "n1", as: "delivered" });
  claims("second", 2, 2, "o1", "n2");
  starts("second", "o1", 2, 1);
  add("receiver", { kind: "arrived", key: "o1", effect: true });
  commits("second", 3, { marked: ["n2"] });
  starts("second", "n2", 2, 1);
  add("receiver", { kind: "arrived", key: "n2", effect: true });
  commits("second", 4, { outcomes: [ends("o1", 2), ends("n2", 2)] });
  claims("second", 5, 2, "o2");
  starts("second", "o2", 2, 1);
  add("receiver", { kind: "arrived", key: "o2", effect: false });
  commits("second", 6, { outcomes: [{ ...ends("o2", 2), state: null }] });
  claims("second", 7, 2, "o2");
  starts("second", "o2", 2, 2);
  add("receiver", { kind: "arrived", key: "o2", effect: true });
  commits("second", 8, { outcomes: [ends("o2", 2)] });
  add("second", { kind: "released", partitions: [0] });
  add("second", { kind: "ended" });
  add("api", { kind: "ended" });
  for (const [event, kind, possiblySent] of FINALS) {
    const subscription = kind === "o" ? "ordered" : "never";
    const delivery = `${kind}${event}`;
    add("outside", {
      kind: "final",
      delivery,
      event,
      subscription,
      key: delivery,
      state: "delivered",
      possiblySent,
    });
  }
  return lines;
}

interface CommitParts {
  readonly routes?: readonly RoutedLine[];
  readonly marked?: readonly string[];
  readonly outcomes?: readonly OutcomeLine[];
  readonly unheard?: boolean;
}

const ROUTED = { partition: 0 } as const;
const DELIVERED = { partition: 0, state: "delivered", possiblySent: false } as const;
const FINALS = [
  ["1", "o", true],
  ["1", "n", true],
  ["2", "o", false],
  ["2", "n", false],
] as const;
