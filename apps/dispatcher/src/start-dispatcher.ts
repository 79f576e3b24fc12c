/**
 * The dispatcher: routes what comes from the bus and runs deliveries until it is stopped.
 */
import { EVENTS_TOPIC, OPERATIONS_TOPIC, type Consumer, type EventBus } from "@stellwerk/bus";
import { createHttpClient, type Connector } from "@stellwerk/connector-kit";
import type { Log } from "@stellwerk/log";
import {
  releaseClaims,
  releaseUnknownClaims,
  routedOffset,
  type Database,
  type Sealer,
} from "@stellwerk/store";
import { noTelemetry, registerPools, type Telemetry } from "@stellwerk/telemetry";
import { ClaimGuard } from "./claim-guard.ts";
import { Claimer } from "./claimer.ts";
import { ConfigurationCache } from "./configuration-cache.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { createDispatcherMetrics } from "./metrics.ts";
import { observeLag } from "./observe-lag.ts";
import { observeLanes } from "./observe-lanes.ts";
import { Lanes } from "./lanes.ts";
import { Ownership } from "./ownership.ts";
import { Router } from "./router.ts";
import { Runner } from "./runner.ts";
import { Writer } from "./writer.ts";

const GROUP = "stellwerk-dispatcher";

export interface DispatcherOptions {
  readonly config: {
    /** Longest wait for what is in flight when stopping; then it is cut off and waits, marked possibly sent. */
    readonly graceMs: number;
    /** How long events, deliveries and attempts are kept. */
    readonly retentionDays: number;
    /** What may be sent to beside public addresses: `10.1.0.0/16`, `::1`. The operator's to say. */
    readonly allowAddresses?: readonly string[] | undefined;
  };
  readonly db: Database;
  readonly bus: EventBus;
  readonly connectors: readonly Connector[];
  readonly sealer: Sealer;
  readonly log: Log;
  /** Unset: nothing is counted and nothing traced. */
  readonly telemetry?: Telemetry | undefined;
  /** Another dispatcher took over. This one sends nothing any more and should end. */
  readonly onLost: () => void;
}

export interface Dispatcher {
  /** Takes nothing new, finishes what is in flight, commits, gives its partitions back. */
  stop(): Promise<void>;
}

export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { db, bus, log, config } = options;
  const { registry, tracing } = options.telemetry ?? noTelemetry;
  const metrics = createDispatcherMetrics(registry, options.connectors);
  const http = createHttpClient({ userAgent: "Stellwerk", allowAddresses: config.allowAddresses });
  const ownership = new Ownership({
    db,
    log,
    onLost(partitions) {
      log.error({ partitions: partitions.length }, "another dispatcher took over; this one stops sending");
      runner.abort();
      options.onLost();
    },
  });
  const configuration = new ConfigurationCache({
    db,
    connectors: options.connectors,
    sealer: options.sealer,
  });
  const claims = new ClaimGuard(() => releaseUnknownClaims(db, ownership.dispatcherId, lanes.inHand()));
  const lanes: Lanes = new Lanes({
    run: (delivery) => runner.run(delivery),
    onDue: (lane) => claimer.due(lane),
  });
  const claimer = new Claimer({ db, log, lanes, ownership, claims, metrics });
  const writer = new Writer({ db, log, lanes, ownership, configuration, claims, metrics });
  const runner = new Runner({
    configuration,
    ownership,
    writer,
    http,
    log,
    random: Math.random,
    metrics,
    tracing,
    onDone: (delivery) => lanes.letGo(delivery),
  });
  const router = new Router({ writer, log, metrics, tracing });

  observeLanes(registry, lanes, metrics);
  observeLag(registry, db, bus);
  registerPools(registry, { dispatcher: db });
  await ownership.take();
  const listener = await db.listen(
    ["stellwerk_config", "stellwerk_queue"],
    (channel, payload) => {
      if (channel === "stellwerk_config") configuration.forget(payload);
      else void claimer.sweep();
    },
    () => {
      configuration.forgetAll();
      void claimer.sweep();
    },
  );
  const housekeeping = startHousekeeping({ db, log, retentionDays: config.retentionDays });
  const consumer: Consumer = await bus.consume({
    group: GROUP,
    topics: [EVENTS_TOPIC, OPERATIONS_TOPIC],
    onBatch: (batch) => router.route(batch),
    startFrom: (topic, partition) =>
      routedOffset(db, topic === OPERATIONS_TOPIC ? "operations" : "events", partition),
  });
  log.info("dispatcher ready");

  return {
    async stop() {
      lanes.stop();
      await consumer.stop();
      await claimer.stop();
      await housekeeping.stop();
      const unstarted = lanes.takeUnstarted();
      await finishInFlight(lanes, runner, config.graceMs);
      await writer.stop(config.graceMs);
      await listener.close();
      try {
        if (unstarted.length > 0) await releaseClaims(db, ownership.dispatcherId, unstarted);
        await ownership.release();
      } catch (error) {
        log.warn({ err: error }, "could not give the partitions back; the next start takes them");
      }
      await http.close();
    },
  };
}

/** Waits until nothing is in flight, cuts off the rest when the time is up. */
async function finishInFlight(lanes: Lanes, runner: Runner, graceMs: number): Promise<void> {
  const deadline = setTimeout(() => runner.abort(), graceMs);
  await lanes.drained();
  clearTimeout(deadline);
}
