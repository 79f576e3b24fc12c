/**
 * What the dispatcher counts. Each method is a few additions; the names are in docs/operate/observability.md.
 * No label holds an account, a subscription or an id, and every label's values are a closed set.
 */
import { isReasonCode, REASONS, timeOfId } from "@stellwerk/delivery";
import type { AttemptResult, Connector } from "@stellwerk/connector-kit";
import type { ClaimedDelivery, DeliveryOutcome } from "@stellwerk/store";
import { OTHER, type Counter, type Histogram, type MetricsRegistry } from "@stellwerk/telemetry";

export interface DispatcherMetrics {
  /** Committed: events that were new, and the deliveries made for them. */
  routed(events: number, deliveries: number): void;
  /** Put aside for ever, to the dead topic. */
  putAside(records: number): void;
  /** One try was made. */
  attempted(connector: Connector, result: AttemptResult): void;
  /** What became of a delivery is written. */
  recorded(delivery: ClaimedDelivery, outcome: DeliveryOutcome): void;
  /** Partitions that are this dispatcher's now: that were free, and that a dead one had. */
  partitionsAcquired(free: number, fromDead: number): void;
  /** That another one may have, without having been given away. */
  partitionsLost(count: number): void;
  /** Waited for their whole retention. */
  expired(deliveries: number): void;
  /** Were behind another one of their subject that was gone. */
  stranded(deliveries: number): void;
  /** One transaction of the writer loop. */
  committed(rows: number, durationMs: number): void;
  /** Seen by the sweep: how long the delivery that is due for longest has waited in the store. */
  waiting(oldestDueMs: number): void;
  /** Of the last sweep. */
  readonly oldestDueMs: number;
}

const OUTCOMES = [
  "delivered",
  "skipped",
  "retry",
  "rate_limited",
  "auth",
  "rejected",
  "misconfigured",
  "in_doubt",
] as const;

/** From the aim of 8 ms to the age at which deliveries are given up. */
const DELIVERY_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400,
];
/** Up to the deadline of an attempt. */
const ATTEMPT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const COMMIT_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export function createDispatcherMetrics(
  registry: MetricsRegistry,
  connectors: readonly Connector[],
): DispatcherMetrics {
  const counter = (name: string, help: string): Counter => registry.counter(name, { help }).with();
  const routedEvents = counter("stellwerk.events.routed", "Events stored and matched with subscriptions.");
  const made = counter("stellwerk.deliveries.created", "Deliveries made by routing.");
  const dead = counter(
    "stellwerk.events.dead_lettered",
    "Records that cannot be routed, put on the dead topic.",
  );
  const delivered = counter("stellwerk.deliveries.delivered", "Deliveries that arrived.");
  const skipped = counter("stellwerk.deliveries.skipped", "Deliveries that ended with nothing to do.");
  const retried = counter("stellwerk.deliveries.retried", "Deliveries put back to be tried again.");
  const failed = byReason(
    registry,
    "stellwerk.deliveries.failed",
    "Deliveries given up for good, by reason.",
  );
  const held = byReason(
    registry,
    "stellwerk.deliveries.held",
    "Deliveries that wait for a person, by reason.",
  );
  const failures = byReason(
    registry,
    "stellwerk.attempt.failures",
    "Attempts that did not deliver, by reason.",
  );
  const duration = registry
    .histogram(
      "stellwerk.delivery.duration",
      { help: "From the acceptance of an event, or the request to resend it, to its delivery.", unit: "s" },
      DELIVERY_SECONDS,
    )
    .with();
  const stranded = counter(
    "stellwerk.deliveries.stranded",
    "Deliveries that waited for another one that was gone; any is a mistake of ours.",
  );
  const rows = counter("stellwerk.writer.rows", "Routed events and outcomes written by the writer loop.");
  const commits = registry
    .histogram(
      "stellwerk.writer.commit.duration",
      { help: "How long a transaction of the writer loop took.", unit: "s" },
      COMMIT_SECONDS,
    )
    .with();
  const attempts = attemptsByConnector(registry, connectors);
  const acquired = registry.counter("stellwerk.partitions.acquired", {
    help: "Partitions taken: that were free, or that a dead dispatcher had.",
  });
  const acquiredFree = acquired.with({ from: "free" });
  const acquiredFromDead = acquired.with({ from: "dead" });
  const lost = counter(
    "stellwerk.partitions.lost",
    "Partitions that another dispatcher took because this one seemed dead.",
  );
  let oldestDueMs = 0;

  return {
    get oldestDueMs() {
      return oldestDueMs;
    },
    routed(events, deliveries) {
      routedEvents.add(events);
      made.add(deliveries);
    },
    putAside: (records) => dead.add(records),
    attempted(connector, { outcome, durationMs }) {
      const of = attempts.get(connector.id);
      of?.durations.record(durationMs / 1_000);
      of?.outcomes.get(outcome.kind)?.add();
      if (outcome.kind !== "delivered" && outcome.kind !== "skipped") failures(outcome.reason);
    },
    recorded(delivery, { state, held: isHeld, reason, attempt }) {
      if (state === "delivered") {
        delivered.add();
        const endedAt = attempt === null ? Date.now() : attempt.startedAt.getTime() + attempt.durationMs;
        // A routed delivery's id has its event's time. The clocks of two machines may differ.
        duration.record(Math.max(0, endedAt - timeOfId(delivery.deliveryId)) / 1_000);
      } else if (state === "skipped") skipped.add();
      else if (state !== null) failed(reason ?? "");
      else if (isHeld) held(reason ?? "");
      else retried.add();
    },
    partitionsAcquired(free, fromDead) {
      acquiredFree.add(free);
      acquiredFromDead.add(fromDead);
    },
    partitionsLost: (count) => lost.add(count),
    expired: (deliveries) => failed("expired", deliveries),
    stranded: (deliveries) => stranded.add(deliveries),
    committed(count, durationMs) {
      rows.add(count);
      commits.record(durationMs / 1_000);
    },
    waiting(ms) {
      oldestDueMs = ms;
    },
  };
}

/**
 * A connector may bring its vendor's codes: those are counted together. All are bound ahead: a series that begins
 * with its first failure would hide that one from Prometheus's `increase`.
 */
function byReason(
  registry: MetricsRegistry,
  name: string,
  help: string,
): (reason: string, count?: number) => void {
  const family = registry.counter(name, { help });
  const bound = new Map([...Object.keys(REASONS), OTHER].map((reason) => [reason, family.with({ reason })]));
  return (reason, count) => bound.get(isReasonCode(reason) ? reason : OTHER)?.add(count);
}

interface ConnectorAttempts {
  readonly durations: Histogram;
  readonly outcomes: ReadonlyMap<string, Counter>;
}

function attemptsByConnector(
  registry: MetricsRegistry,
  connectors: readonly Connector[],
): ReadonlyMap<string, ConnectorAttempts> {
  const counts = registry.counter("stellwerk.attempts", { help: "Attempts, by connector and outcome." });
  const durations = registry.histogram(
    "stellwerk.attempt.duration",
    { help: "How long an attempt took.", unit: "s" },
    ATTEMPT_SECONDS,
  );
  return new Map(
    connectors.map(({ id: connector }) => [
      connector,
      {
        durations: durations.with({ connector }),
        outcomes: new Map(OUTCOMES.map((outcome) => [outcome, counts.with({ connector, outcome })])),
      },
    ]),
  );
}
