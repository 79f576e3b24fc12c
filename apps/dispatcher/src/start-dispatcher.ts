/**
 * The dispatcher: routes what comes from the bus and runs deliveries until it is stopped.
 */
import { setTimeout as pause } from "node:timers/promises";
import {
  EVENTS_TOPIC,
  OPERATIONS_TOPIC,
  partitionFor,
  type Consumer,
  type EventBus,
  type TopicPartition,
} from "@stellwerk/bus";
import { createHttpClient, type Connector } from "@stellwerk/connector-kit";
import type { History } from "@stellwerk/history";
import type { Log } from "@stellwerk/log";
import { formatId, Lanes, machineClock, type BreakerOptions } from "@stellwerk/delivery";
import {
  CONFIG_CHANNEL,
  loadInstallation,
  loadTargetHealth,
  OWNERSHIP_CHANNEL,
  QUEUE_CHANNEL,
  releaseUnknownClaims,
  routedOffset,
  type ClaimedDelivery,
  type Database,
  type Sealer,
} from "@stellwerk/store";
import { noTelemetry, registerPools, type Telemetry } from "@stellwerk/telemetry";
import { ClaimGuard } from "./claim-guard.ts";
import { Claimer } from "./claimer.ts";
import { CatchUp } from "./catch-up.ts";
import { ConfigurationCache } from "./configuration-cache.ts";
import { ConnectionTokens } from "./connection-tokens.ts";
import { drainPartition } from "./drain-partition.ts";
import { GivenBack } from "./given-back.ts";
import { breakerOfRow } from "./health-row.ts";
import { openHousekeeping } from "./housekeeping.ts";
import { LeftClaims } from "./left-claims.ts";
import { LaneConfiguration } from "./lane-settings.ts";
import { createDispatcherMetrics } from "./metrics.ts";
import { observeLag } from "./observe-lag.ts";
import { observeLanes, observePartitions } from "./observe-lanes.ts";
import { OperationsRelay } from "./operations-relay.ts";
import { Ownership } from "./ownership.ts";
import { Router } from "./router.ts";
import { Runner } from "./runner.ts";
import { TargetPauses } from "./target-pauses.ts";
import { wakeLane, Writer } from "./writer.ts";

const GROUP = "stellwerk-dispatcher";
/** Its owner keeps house for all. */
const HOUSEKEEPERS_PARTITION = 0;
/** When stopping, for the last round trips; longer only if the store is away. */
const GIVE_AWAY_MS = 5_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

export interface DispatcherOptions {
  readonly config: {
    /** Longest wait for what is in flight when stopping; then it is cut off and waits, marked possibly sent. */
    readonly graceMs: number;
    /** How long events, deliveries and attempts are kept. */
    readonly retentionDays: number;
    /** When a failing target is let alone, tried again and given up. */
    readonly breaker?: Partial<BreakerOptions> | undefined;
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
  /** Unset: what happens is not written down. */
  readonly history?: History | undefined;
}

export interface Dispatcher {
  /** Takes nothing new, finishes what is in flight, commits, gives its partitions back. */
  stop(): Promise<void>;
}

export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { db, bus, log, config, history } = options;
  const { registry, tracing } = options.telemetry ?? noTelemetry;
  const metrics = createDispatcherMetrics(registry, options.connectors);
  const http = createHttpClient({ userAgent: "Stellwerk", allowAddresses: config.allowAddresses });
  const partitions = (await loadInstallation(db))?.partitions ?? 1;
  const ownership = new Ownership({
    db,
    log,
    history,
    metrics,
    async prepare(acquired) {
      for (const partition of acquired) leftClaims.forget(partition);
      for (const health of await loadTargetHealth(db, acquired)) lanes.restoreBreaker(breakerOfRow(health));
    },
    onAcquired(acquired) {
      relay.wake();
      void claimer.sweep(acquired);
      if (acquired.includes(HOUSEKEEPERS_PARTITION)) housekeeping.begin();
    },
    drain: (partition) => drainPartition({ lanes, claims, givenBack, leftClaims }, partition),
    onLost(lost) {
      runner.cutOff(lost);
      for (const partition of lost) {
        lanes.drop(partition);
        leftClaims.forget(partition);
      }
    },
    onUnproven: (unproven) => runner.cutOff(unproven),
  });
  const leftClaims = new LeftClaims();
  const configuration = new ConfigurationCache({
    db,
    connectors: options.connectors,
    sealer: options.sealer,
  });
  const claims = new ClaimGuard(() =>
    givenBack.leaveTo(() =>
      releaseUnknownClaims(db, ownership.dispatcherId, [...lanes.inHand(), ...leftClaims.ids()]),
    ),
  );
  const lanes: Lanes<ClaimedDelivery> = new Lanes({
    clock: machineClock,
    random: Math.random,
    breaker: config.breaker,
    run: (delivery) => runner.run(delivery),
    onDue: () => claimer.due(),
    onGiveBack: (deliveries) => givenBack.add(deliveries),
    isOpen: (partition) => ownership.isOpen(partition),
    settingsOf: (accountId, subscriptionId) => laneConfiguration.settingsOf(accountId, subscriptionId),
  });
  const givenBack: GivenBack = new GivenBack({
    db,
    dispatcherId: ownership.dispatcherId,
    log,
    claims,
    onReleased(deliveries) {
      for (const { partition, accountId, subscriptionId } of deliveries) {
        lanes.wait(lanes.lane(partition, accountId, subscriptionId), 0);
      }
    },
  });
  const catchUp: CatchUp = new CatchUp({
    db,
    dispatcherId: ownership.dispatcherId,
    log,
    laneOf(accountId, subscriptionId) {
      const partition =
        lanes.find(subscriptionId)?.partition ?? partitionFor(formatId("acc", accountId), partitions);
      const epoch = ownership.epochOf(partition);
      return epoch === undefined ? undefined : { partition, epoch, accountId, subscriptionId };
    },
    onPromoted(promoted) {
      for (const each of promoted) wakeLane(lanes, each);
    },
    onFinished: (accountId) => void followChange(accountId),
  });
  const laneConfiguration = new LaneConfiguration({
    configuration,
    lanes,
    onCatchUp: (accountId, subscription) => catchUp.begin(accountId, subscription),
  });
  const relay = new OperationsRelay({ db, bus, log, ownership });
  const claimer = new Claimer({
    db,
    log,
    lanes,
    ownership,
    claims,
    metrics,
    history,
    prepareLanes: async (waiting) => {
      // An account whose configuration cannot be read keeps no other one waiting.
      await laneConfiguration.followMissed().catch((error: unknown) => {
        log.warn({ err: error }, "a change of the configuration cannot be followed; trying again");
      });
      await laneConfiguration.prepare(waiting);
    },
    onClaimed: (lane, claimed) => catchUp.noteClaimed(lane.accountId, lane.subscriptionId, claimed),
    onEmptied: (lane) => catchUp.noteEmptied(lane.accountId, lane.subscriptionId),
  });
  const writer = new Writer({
    db,
    log,
    lanes,
    ownership,
    configuration,
    claims,
    metrics,
    history,
    onOperations: () => relay.wake(),
  });
  const pauses = new TargetPauses({
    db,
    log,
    ownership,
    lanes,
    laneConfiguration,
    onReset: () => writer.noteHealth(lanes.takeBreakerWrites(), null),
    onOperations: () => relay.wake(),
  });
  const runner = new Runner({
    db,
    tokens: new ConnectionTokens({ db, sealer: options.sealer, http }),
    configuration,
    ownership,
    lanes,
    laneConfiguration,
    pauses,
    writer,
    http,
    log,
    random: Math.random,
    retentionMs: config.retentionDays * DAY_MS,
    metrics,
    tracing,
    history,
    onDone(delivery, isRecorded) {
      if (!isRecorded && ownership.epochOf(delivery.partition) === delivery.epoch) leftClaims.add(delivery);
      lanes.letGo(delivery);
    },
    onGiveBack(delivery) {
      lanes.letGo(delivery);
      givenBack.add([delivery]);
    },
  });
  const router = new Router({ writer, log, metrics, tracing });

  const housekeeping = openHousekeeping({
    db,
    log,
    metrics,
    retentionDays: config.retentionDays,
    isOurs: () => ownership.isOpen(HOUSEKEEPERS_PARTITION),
  });

  observeLanes(registry, lanes, metrics);
  observePartitions(registry, ownership);
  observeLag(registry, db, bus);
  registerPools(registry, { dispatcher: db });
  /** A change of the configuration works on the lanes at once; what it lets go on is looked for. */
  async function followChange(accountId: string): Promise<void> {
    try {
      await laneConfiguration.follow(accountId);
      writer.noteHealth(lanes.takeBreakerWrites(), null);
      await claimer.sweep();
    } catch (error) {
      log.warn({ err: error }, "a change of the configuration is followed at the next sweep");
    }
  }

  async function followEverything(): Promise<void> {
    try {
      await laneConfiguration.followAll();
    } catch (error) {
      log.warn({ err: error }, "the configuration cannot be read; it is followed at the next sweep");
    }
    relay.wake();
    await claimer.sweep();
  }

  await ownership.start();
  const listener = await db.listen(
    [CONFIG_CHANNEL, QUEUE_CHANNEL, OWNERSHIP_CHANNEL],
    (channel, payload) => {
      if (channel === CONFIG_CHANNEL) void followChange(payload);
      else if (channel === OWNERSHIP_CHANNEL) void ownership.look();
      else if (ownership.isOpen(Number(payload))) void claimer.sweep([Number(payload)]);
    },
    () => void followEverything(),
  );
  const consumer: Consumer = await bus.consume({
    group: GROUP,
    topics: [EVENTS_TOPIC, OPERATIONS_TOPIC],
    onBatch: (batch) => router.route(batch),
    // Both topics have the same partitions, each shared out by itself: deliveries go with the events.
    onAssigned: (places) => ownership.want(partitionsOf(places)),
    onRevoked: (places) => ownership.unwant(partitionsOf(places)),
    startFrom: (topic, partition) =>
      routedOffset(db, topic === OPERATIONS_TOPIC ? "operations" : "events", partition),
  });
  // What the bus has given already is ours before anybody is told that we are ready.
  await ownership.look();
  log.info("dispatcher ready");

  return {
    async stop() {
      lanes.stop();
      await consumer.stop();
      await claimer.stop();
      await housekeeping.stop();
      await catchUp.stop();
      // Each partition as soon as nothing of it is in flight any more.
      const givenAway = ownership.giveAllAway();
      await finishInFlight(lanes, runner, config.graceMs);
      await writer.stop(config.graceMs);
      await Promise.race([givenAway, pause(GIVE_AWAY_MS, undefined, { ref: false })]);
      await relay.stop();
      await givenBack.stop();
      await listener.close();
      try {
        await ownership.stop();
      } catch (error) {
        log.warn({ err: error }, "could not say goodbye; others take what is left when this seems dead");
      }
      await http.close();
    },
  };
}

function partitionsOf(places: readonly TopicPartition[]): number[] {
  return places.filter((each) => each.topic === EVENTS_TOPIC).map((each) => each.partition);
}

/** Waits until nothing is in flight, cuts off the rest when the time is up. */
async function finishInFlight(lanes: Lanes<ClaimedDelivery>, runner: Runner, graceMs: number): Promise<void> {
  const deadline = setTimeout(() => runner.abort(), graceMs);
  await lanes.drained();
  clearTimeout(deadline);
}
