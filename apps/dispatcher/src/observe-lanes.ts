/** The lanes as numbers, read when somebody asks. Cost: a walk over the lanes, none over deliveries. */
import type { MetricsRegistry } from "@stellwerk/telemetry";
import type { DispatcherMetrics } from "./metrics.ts";

/** What is looked at of a lane. */
interface ObservedLane {
  readonly inHand: { readonly size: number };
  readonly waiting: { readonly length: number };
  readonly running: number;
  /** On the monotonic clock. */
  readonly dueAtMs: number | undefined;
  readonly memory?: { readonly breaker?: { readonly state: string } | undefined };
}

interface ObservedLanes {
  all(): Iterable<ObservedLane>;
}

export function observeLanes(
  registry: MetricsRegistry,
  lanes: ObservedLanes,
  metrics: DispatcherMetrics,
): void {
  registry.gauge(
    "stellwerk.lanes",
    { help: "Subscriptions with something in hand (active) or due in the store (waiting)." },
    () => {
      const { active, waiting } = countLanes(lanes);
      return [
        [{ state: "active" }, active],
        [{ state: "waiting" }, waiting],
      ];
    },
  );
  registry.gauge(
    "stellwerk.breakers.open",
    { help: "Lanes whose target is only probed because it kept failing." },
    () => countLanes(lanes).open,
  );
  registry.gauge(
    "stellwerk.deliveries.in_hand",
    { help: "Deliveries in memory: being sent, or waiting for a place." },
    () => {
      const { running, queued } = countLanes(lanes);
      return [
        [{ state: "sending" }, running],
        [{ state: "waiting" }, queued],
      ];
    },
  );
  registry.gauge(
    "stellwerk.deliveries.oldest_due",
    {
      help: "How long the delivery that is due for longest has waited in the store, at the last sweep.",
      unit: "s",
    },
    () => metrics.oldestDueMs / 1_000,
  );
}

export function observePartitions(
  registry: MetricsRegistry,
  ownership: { readonly partitions: readonly unknown[] },
): void {
  registry.gauge(
    "stellwerk.partitions.owned",
    { help: "Partitions whose deliveries this dispatcher sends." },
    () => ownership.partitions.length,
  );
}

function countLanes(lanes: ObservedLanes) {
  const now = performance.now();
  const counts = { active: 0, waiting: 0, running: 0, queued: 0, open: 0 };
  for (const lane of lanes.all()) {
    if (lane.inHand.size > 0) counts.active += 1;
    if (lane.dueAtMs !== undefined && lane.dueAtMs <= now) counts.waiting += 1;
    counts.running += lane.running;
    counts.queued += lane.waiting.length;
    if (lane.memory?.breaker !== undefined && lane.memory.breaker.state !== "closed") counts.open += 1;
  }
  return counts;
}
