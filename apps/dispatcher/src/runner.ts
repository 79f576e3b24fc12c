/**
 * Runs one delivery: one connector call, its outcome decided, and recorded by the writer.
 */
import {
  connectorEvent,
  parseInput,
  performAttempt,
  type AttemptResult,
  type HttpClient,
  type Repeat,
} from "@stellwerk/connector-kit";
import {
  blockSubject,
  DEFAULT_SCHEDULE_MS,
  decide,
  formatId,
  laneResultOf,
  type BreakerChange,
  type DecideOptions,
  type Decision,
  type Lanes,
} from "@stellwerk/delivery";
import type { Log } from "@stellwerk/log";
import { traceIdOf, type Tracing } from "@stellwerk/telemetry";
import type { ClaimedDelivery, Database, DeliveryOutcome, OperationsEvent } from "@stellwerk/store";
import { loadRemembered } from "@stellwerk/store";
import type { ConfigurationCache } from "./configuration-cache.ts";
import type { ConnectionTokens } from "./connection-tokens.ts";
import { readEventData } from "@stellwerk/events";
import { laneSettingsOf, type LaneConfiguration } from "./lane-settings.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import { EVENT_GONE, NOTHING_SENT, outcomeOf, SUBSCRIPTION_DELETED } from "./outcome-of.ts";
import type { Ownership } from "./ownership.ts";
import { rememberedPlace, remembering } from "./remembering.ts";
import type { AskedPause, TargetPauses } from "./target-pauses.ts";
import { isRunnable, type Runnable, type Target, type Unrunnable } from "./targets.ts";
import { tellOfBreaker, tellOfDecision } from "./tell.ts";
import { traceAttempt } from "./trace-attempt.ts";
import type { Writer } from "./writer.ts";

/** One budget over connect, headers and body of an attempt. */
const ATTEMPT_DEADLINE_MS = 15_000;
/** Instead of a source's id on operations events, which have none. */
const OPERATIONS = "operations";
/** How often a delivery that cannot start looks again: the store is away, or ownership is not proven. */
const CHECK_MS = 250;
/** How often a delivery over a connection that its subscription has left looks whether it goes on. */
const OLD_CONNECTION_MS = 15 * 60_000;

export interface RunnerOptions {
  readonly db: Database;
  readonly tokens: ConnectionTokens;
  readonly configuration: ConfigurationCache;
  readonly ownership: Ownership;
  readonly lanes: Lanes<ClaimedDelivery>;
  readonly laneConfiguration: LaneConfiguration;
  readonly pauses: TargetPauses;
  readonly writer: Writer;
  readonly http: HttpClient;
  readonly log: Log;
  readonly random: () => number;
  readonly retentionMs: number;
  readonly metrics?: DispatcherMetrics | undefined;
  readonly tracing?: Tracing | undefined;
  /** The delivery is recorded, or no longer ours. */
  onDone(delivery: ClaimedDelivery): void;
  /** It may not be sent now: its claim is to be given back. */
  onGiveBack(delivery: ClaimedDelivery): void;
}

/** What a run came to. */
interface Finished {
  readonly outcome: DeliveryOutcome;
  readonly operations: readonly OperationsEvent[];
  /** Paused before the outcome is written, so that a crash in between finds the delivery still waiting. */
  readonly pause?: { readonly target: Target; readonly asked: AskedPause } | undefined;
}

/** `lost`: nothing to record, because the delivery is no longer ours or we are about to end. */
type Ran = Finished | "lost" | "give_back";

export class Runner {
  readonly #options: RunnerOptions;
  readonly #aborting = new AbortController();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Resolves when the attempt is over and its lane may start the next; recording goes on behind it. */
  async run(delivery: ClaimedDelivery): Promise<void> {
    const ran = await this.#attempt(delivery).catch((error: unknown) => this.#broken(delivery, error));
    if (ran === "lost") this.#options.onDone(delivery);
    else if (ran === "give_back") this.#options.onGiveBack(delivery);
    else void this.#record(delivery, ran);
  }

  /** Cuts off what is in flight. */
  abort(): void {
    this.#aborting.abort();
  }

  async #record(delivery: ClaimedDelivery, { outcome, operations, pause }: Finished): Promise<void> {
    const { writer, pauses, metrics, log } = this.#options;
    const isPaused =
      pause !== undefined && (await pauses.pause(delivery, pause.target, pause.asked, this.#aborting.signal));
    const written = await writer.record(
      delivery,
      isPaused ? { ...outcome, retryInMs: null } : outcome,
      operations,
    );
    if (written) {
      metrics?.recorded(delivery, outcome);
      logOutcome(log, delivery, outcome);
    } else {
      log.warn(idsOf(delivery), "the outcome was not written: the delivery is no longer ours");
    }
    this.#options.onDone(delivery);
  }

  async #attempt(delivery: ClaimedDelivery): Promise<Ran> {
    if (delivery.eventGone === true) return finished(outcomeOf(delivery, null, EVENT_GONE));
    const found = await this.#findTarget(delivery);
    if (found === undefined) return "lost";
    const { target } = found;
    if (target === undefined) return finished(outcomeOf(delivery, null, SUBSCRIPTION_DELETED));
    if (this.#isPaused(delivery)) return "give_back";
    if (isWaitingForItsConnection(target)) return finished(outcomeOf(delivery, null, waitFor(target)));
    const runnable = runnableFor(delivery, target);
    if (!isRunnable(runnable)) return this.#unrunnable(delivery, target, runnable);
    if (!(await this.#mayStart(delivery))) return "lost";
    const result = await this.#send(delivery, target, runnable);
    // Cut off by our own end: no fault of the target's, so it costs no step of the schedule. The claim stays, and
    // whoever takes over sends it again, marked possibly sent.
    if (this.#aborting.signal.aborted && result.outcome.kind !== "delivered") return "lost";
    return this.#conclude(delivery, target, result, runnable.action.repeat);
  }

  /** Its lane may have been made before its configuration was known. */
  #isPaused(delivery: ClaimedDelivery): boolean {
    const { lanes, laneConfiguration } = this.#options;
    const lane = lanes.lane(delivery.partition, delivery.accountId, delivery.subscriptionId);
    laneConfiguration.learn(lane);
    return lane.settings.paused === true;
  }

  /** What the attempt means: for the delivery, for its lane, for its target, and for people. */
  #conclude(delivery: ClaimedDelivery, target: Target, result: AttemptResult, repeat: Repeat): Finished {
    const { lanes, writer } = this.#options;
    const decision = this.#decide(delivery, target, result, repeat);
    const lane = lanes.lane(delivery.partition, delivery.accountId, delivery.subscriptionId);
    const changes = lanes.record(lane, delivery, laneResultOf(result.outcome));
    writer.noteHealth(lanes.takeBreakerWrites(), decision.reason);
    if (decision.kind === "retry" && decision.pauseScopeMs !== undefined) {
      const scope = decision.pauseScope === "subscription" ? delivery.subscriptionId : target.connectionId;
      lanes.pauseScope(scope, performance.now() + decision.pauseScopeMs);
    }
    const asked = pauseFor(decision, changes);
    // Nothing more of it is started while the pause is being written.
    if (asked !== undefined) lanes.configure(lane, { ...laneSettingsOf(target), paused: true });
    const outcome = remembering(outcomeOf(delivery, result, decision), delivery, target, result);
    const why = { reason: decision.reason ?? "", detail: decision.detail };
    const told = changes.map((change) => tellOfBreaker(delivery, target, change, why));
    return {
      outcome,
      operations: [
        ...tellOfDecision(delivery, target, decision, outcome.attempts),
        ...told.filter((each) => each !== undefined),
      ],
      pause: asked && { target, asked },
    };
  }

  #decide(delivery: ClaimedDelivery, target: Target, { outcome }: AttemptResult, repeat: Repeat): Decision {
    const decision = decide(outcome, this.#decideOptions(delivery, target, repeat));
    // An older version's input: the one in force may be fine, so it is not paused for it.
    const isOld = target.version !== target.subscription.version;
    if (decision.kind !== "pause" || decision.scope !== "subscription" || !isOld) {
      return orBlock(delivery, target, decision);
    }
    const { possiblySent, reason, detail } = decision;
    return orBlock(delivery, target, { kind: "finish", state: "dead", possiblySent, reason, detail });
  }

  #unrunnable(delivery: ClaimedDelivery, target: Target, why: Unrunnable): Finished {
    const { lanes } = this.#options;
    const lane = lanes.lane(delivery.partition, delivery.accountId, delivery.subscriptionId);
    const options = this.#decideOptions(delivery, target, NOTHING_SENT);
    lanes.record(lane, delivery, "neutral");
    // Tried again on the schedule, so that it goes on by itself once somebody has mended it.
    const decision = orBlock(delivery, target, decide({ kind: "retry", ...why }, options));
    const outcome = outcomeOf(delivery, null, decision);
    return { outcome, operations: tellOfDecision(delivery, target, decision, outcome.attempts) };
  }

  async #findTarget(delivery: ClaimedDelivery): Promise<{ target: Target | undefined } | undefined> {
    const { configuration, log } = this.#options;
    const cached = configuration.get(delivery.accountId)?.byId.get(delivery.subscriptionId);
    if (cached?.version === delivery.subscriptionVersion) return { target: cached };
    while (!this.#aborting.signal.aborted) {
      try {
        const { accountId, subscriptionId, subscriptionVersion } = delivery;
        return { target: await configuration.target(accountId, subscriptionId, subscriptionVersion) };
      } catch (error) {
        log.warn({ err: error, ...idsOf(delivery) }, "the configuration cannot be read; trying again");
        await wait(CHECK_MS);
      }
    }
    return undefined;
  }

  /**
   * A bug of ours or of a connector, such as an outcome that is none. It costs this delivery an attempt, not
   * the process: that would start again, find the delivery and end again.
   */
  #broken(delivery: ClaimedDelivery, error: unknown): Finished {
    this.#options.log.error(
      { err: error, ...idsOf(delivery) },
      "an attempt failed by a mistake in the program",
    );
    const detail = "The attempt failed by a mistake in the program; the log has it. It may have arrived";
    const decision = decide(
      { kind: "in_doubt", reason: "internal_error", detail },
      {
        attempts: delivery.attempts + 1,
        scheduleMs: DEFAULT_SCHEDULE_MS,
        repeat: { kind: "natural", because: "nobody knows how far it came" },
        ageMs: delivery.ageMs,
        random: this.#options.random,
      },
    );
    const target = this.#options.configuration.get(delivery.accountId)?.byId.get(delivery.subscriptionId);
    return finished(outcomeOf(delivery, null, orBlock(delivery, target, decision)));
  }

  /** Waits while this process cannot prove that it still owns the partition. */
  async #mayStart(delivery: ClaimedDelivery): Promise<boolean> {
    const { ownership } = this.#options;
    while (!ownership.isValid(delivery.partition, delivery.epoch)) {
      if (ownership.epochOf(delivery.partition) !== delivery.epoch || this.#aborting.signal.aborted)
        return false;
      await wait(CHECK_MS);
    }
    return true;
  }

  async #send(delivery: ClaimedDelivery, target: Target, runnable: Runnable): Promise<AttemptResult> {
    const { db, http, log, tokens } = this.#options;
    const { event } = delivery;
    const traced = traceAttempt(this.#options.tracing, delivery, runnable.connector.id);
    const result = await performAttempt({
      traceparent: traced.traceparent,
      connector: runnable.connector,
      action: runnable.action,
      input: runnable.input,
      settings: runnable.settings,
      secrets: runnable.secrets,
      tokens: tokens.of(delivery.accountId, target.connection, runnable),
      remembered: () => loadRemembered(db, rememberedPlace(delivery, target)),
      key: formatId("dlv", delivery.key),
      attempt: delivery.attempts + 1,
      event: connectorEvent({
        id: formatId("evt", event.id),
        type: event.type,
        subject: event.subject ?? undefined,
        time: event.time,
        source: event.sourceId === null ? OPERATIONS : formatId("src", event.sourceId),
        contentType: event.contentType,
        body: event.body,
        readData: () => readEventData(event),
      }),
      http,
      deadlineMs: ATTEMPT_DEADLINE_MS,
      signal: this.#aborting.signal,
    });
    traced.end(result);
    this.#options.metrics?.attempted(runnable.connector, result);
    if (result.thrown !== undefined) {
      log.error(
        { err: result.thrown.error, failure: result.thrown.id, ...idsOf(delivery) },
        "a connector threw",
      );
    }
    return result;
  }

  #decideOptions(delivery: ClaimedDelivery, target: Target, repeat: Repeat): DecideOptions {
    const { resumedAt } = target.subscription;
    return {
      attempts: delivery.attempts + 1,
      scheduleMs: target.scheduleMs,
      repeat,
      ageMs: delivery.ageMs,
      sinceResumeMs: resumedAt === null ? undefined : Date.now() - resumedAt.getTime(),
      maxAgeMs: target.maxAgeMs,
      retentionMs: this.#options.retentionMs,
      probe: this.#options.lanes.isProbe(delivery),
      random: this.#options.random,
    };
  }
}

/**
 * It was matched by an older version of its subscription, over a connection that is paused while the one of today is
 * not. It waits alone: its lane goes on.
 */
function isWaitingForItsConnection({ version, subscription, connection }: Target): boolean {
  return version !== subscription.version && connection !== undefined && connection.pausedReason !== null;
}

/** Those behind it of its subject may have to wait instead of going on. */
function orBlock(delivery: ClaimedDelivery, target: Target | undefined, decision: Decision): Decision {
  return delivery.orderKey !== null && target?.onRejected === "block" ? blockSubject(decision) : decision;
}

function waitFor({ connection }: Target): Decision {
  return {
    kind: "retry",
    afterMs: OLD_CONNECTION_MS,
    countsAttempt: false,
    possiblySent: false,
    reason: connection?.pausedReason ?? "paused",
    detail: "The connection of the subscription's version that matched it is paused",
  };
}

function finished(outcome: DeliveryOutcome): Finished {
  return { outcome, operations: [] };
}

/** With the input that somebody edited before it was sent again, if so. */
function runnableFor(delivery: ClaimedDelivery, target: Target): Runnable | Unrunnable {
  const runnable = target.runnable();
  if (delivery.input === undefined || !isRunnable(runnable)) return runnable;
  const input = parseInput(runnable.action, delivery.input);
  if (input.ok) return { ...runnable, input: input.value };
  const list = input.problems.map((problem) => `${problem.path}: ${problem.message}`).join("; ");
  return { reason: "misconfigured", detail: `The edited input does not fit its action: ${list}` };
}

/** What of the target is paused for it. */
function pauseFor(decision: Decision, changes: readonly BreakerChange[]): AskedPause | undefined {
  if (decision.kind === "pause") {
    const { scope, detail } = decision;
    return {
      of: scope,
      reason: scope === "connection" ? "auth" : "misconfigured",
      detail,
      onlyThisVersion: true,
    };
  }
  if ((decision.kind === "finish" || decision.kind === "hold") && decision.stop !== undefined) {
    return { of: "subscription", ...decision.stop, onlyThisVersion: true };
  }
  if (changes.some((change) => change.kind === "stop")) {
    const detail = `Nothing has come through for days. The last answer: ${decision.detail}`;
    return { of: "subscription", reason: "failing", detail, onlyThisVersion: true };
  }
  return undefined;
}

/** What a person may have to look after is said aloud; the rest is for following one event. */
function logOutcome(
  log: Log,
  delivery: ClaimedDelivery,
  { state, held, reason, attempt }: DeliveryOutcome,
): void {
  const isLoud = held || (state !== null && state !== "delivered" && state !== "skipped");
  if (!isLoud && !log.isLevelEnabled("debug")) return;
  log[isLoud ? "info" : "debug"](
    {
      ...idsOf(delivery),
      state: state ?? (held ? "held" : "queued"),
      reason,
      durationMs: attempt?.durationMs,
    },
    "attempt recorded",
  );
}

function idsOf(delivery: ClaimedDelivery) {
  return {
    account: formatId("acc", delivery.accountId),
    event: formatId("evt", delivery.event.id),
    delivery: formatId("dlv", delivery.deliveryId),
    subscription: formatId("sub", delivery.subscriptionId),
    attempt: delivery.attempts + 1,
    trace: traceIdOf(delivery.event.traceparent),
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
