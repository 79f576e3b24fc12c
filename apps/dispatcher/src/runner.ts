/**
 * Runs one delivery: one connector call, its outcome decided, and recorded by the writer.
 */
import {
  performAttempt,
  performProbe,
  type AttemptResult,
  type HttpClient,
  type Repeat,
} from "@stellwerk/connector-kit";
import {
  blockSubject,
  CallGates,
  DEFAULT_SCHEDULE_MS,
  decide,
  decideProbed,
  formatId,
  laneResultOf,
  settleDoubt,
  timeOfId,
  type BreakerChange,
  type DecideOptions,
  type Decision,
  type Lane,
  type Lanes,
} from "@stellwerk/delivery";
import type { History } from "@stellwerk/history";
import type { Log } from "@stellwerk/log";
import { traceIdOf, type Tracing } from "@stellwerk/telemetry";
import {
  type ClaimedDelivery,
  type Database,
  type DeliveryOutcome,
  type OperationsEvent,
} from "@stellwerk/store";
import { ATTEMPT_DEADLINE_MS, callOptions } from "./call-options.ts";
import { callKeys, takeTurn } from "./call-turn.ts";
import type { ConfigurationCache } from "./configuration-cache.ts";
import type { ConnectionTokens } from "./connection-tokens.ts";
import { laneSettingsOf, type LaneConfiguration } from "./lane-settings.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import {
  EVENT_GONE,
  isInDoubt,
  NEVER_LEFT,
  NOTHING_SENT,
  outcomeOf,
  outcomeOfLook,
  SUBSCRIPTION_DELETED,
} from "./outcome-of.ts";
import type { Ownership } from "./ownership.ts";
import { remembering } from "./remembering.ts";
import type { AskedPause, TargetPauses } from "./target-pauses.ts";
import { isSettling, judgeSettled } from "./settle-change.ts";
import { isRunnable, runnableFor, type Runnable, type Target, type Unrunnable } from "./targets.ts";
import { tellOfBreaker, tellOfDecision } from "./tell.ts";
import { traceAttempt } from "./trace-attempt.ts";
import { writeStart } from "./write-history.ts";
import type { Writer } from "./writer.ts";

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
  readonly history?: History | undefined;
  /** It is over with: recorded, or (false) no longer ours or left behind with its claim. */
  onDone(delivery: ClaimedDelivery, isRecorded: boolean): void;
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
  /** By partition: what cuts off the calls that are in flight for it. */
  readonly #cuts = new Map<number, AbortController>();
  readonly #gates = new CallGates();
  /** Runs whose call was begun, and how it may be repeated. */
  readonly #begun = new WeakMap<ClaimedDelivery, Repeat>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Resolves when the attempt is over and its lane may start the next; recording goes on behind it. */
  async run(delivery: ClaimedDelivery): Promise<void> {
    const ran = await this.#attempt(delivery).catch((error: unknown) => this.#broken(delivery, error));
    if (ran === "lost") this.#options.onDone(delivery, false);
    else if (ran === "give_back") this.#options.onGiveBack(delivery);
    else void this.#record(delivery, ran);
  }

  /** Cuts off everything that is in flight: this is the end. */
  abort(): void {
    this.#aborting.abort();
    this.cutOff([...this.#cuts.keys()]);
  }

  /** Cuts off what is in flight for these partitions: somebody else has them, or may have. */
  cutOff(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const cut = this.#cuts.get(partition);
      this.#cuts.delete(partition);
      cut?.abort();
    }
  }

  /** A process that was frozen in mid-attempt goes on before its timers tell it that it is not the owner any more. */
  #mayLeave({ partition, epoch }: ClaimedDelivery): boolean {
    const isValid = this.#options.ownership.isValid(partition, epoch);
    if (!isValid) this.cutOff([partition]);
    return isValid;
  }

  #cutOf({ partition }: ClaimedDelivery): AbortSignal {
    let cut = this.#cuts.get(partition);
    if (cut === undefined) this.#cuts.set(partition, (cut = new AbortController()));
    if (this.#aborting.signal.aborted) cut.abort();
    return cut.signal;
  }

  /** Somebody else's, or left to whoever comes after us. */
  #isOver({ partition, epoch }: ClaimedDelivery): boolean {
    return this.#aborting.signal.aborted || this.#options.ownership.epochOf(partition) !== epoch;
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
    this.#options.onDone(delivery, written);
  }

  async #attempt(delivery: ClaimedDelivery): Promise<Ran> {
    if (delivery.eventGone === true) return finished(outcomeOf(delivery, null, EVENT_GONE));
    const found = await this.#findTarget(delivery);
    if (found === undefined) return "lost";
    const { target } = found;
    if (target === undefined) return finished(outcomeOf(delivery, null, SUBSCRIPTION_DELETED));
    if (this.#isPaused(delivery)) return "give_back";
    if (isWaitingForItsConnection(target)) return finished(outcomeOf(delivery, null, waitFor(target)));
    if (isSettling(delivery)) {
      const judged = await this.#read(delivery, "its subject", () =>
        judgeSettled(this.#options.db, delivery),
      );
      if (judged === undefined) return "lost";
      if (judged.value !== undefined) return this.#withoutAttempt(delivery, target, judged.value);
    }
    const runnable = runnableFor(delivery, target);
    if (!isRunnable(runnable)) return this.#unrunnable(delivery, target, runnable);
    const { repeat } = runnable.action;
    if (delivery.startedAgoMs !== null) {
      const settling = settleDoubt({
        repeat,
        startedAgoMs: delivery.startedAgoMs,
        deadlineMs: ATTEMPT_DEADLINE_MS,
      });
      if (settling.kind === "look") return this.#look(delivery, target, runnable, delivery.startedAgoMs);
      if (settling.kind !== "send") return this.#withoutAttempt(delivery, target, settling);
    }
    const turn = await takeTurn(this.#gates, callKeys(target, runnable), () => this.#isOver(delivery));
    if (!("leave" in turn)) return this.#withoutAttempt(delivery, target, turn);
    try {
      return await this.#inTurn(delivery, target, runnable);
    } finally {
      turn.leave();
    }
  }

  async #inTurn(delivery: ClaimedDelivery, target: Target, runnable: Runnable): Promise<Ran> {
    const marks = delivery.marksStart === true || target.marksStart || isInDoubt(delivery);
    if (!(await this.#mayStart(delivery, marks))) return "lost";
    const cut = this.#cutOf(delivery);
    const result = await this.#send(delivery, target, runnable, cut);
    if (cut.aborted && result.outcome.kind !== "delivered") {
      return this.#concludeCutOff(delivery, target, result, { marks, repeat: runnable.action.repeat });
    }
    return this.#conclude(delivery, target, result, runnable);
  }

  /** Stopped by us, which is no fault of the target's. */
  #concludeCutOff(
    delivery: ClaimedDelivery,
    target: Target,
    result: AttemptResult,
    { marks, repeat }: { readonly marks: boolean; readonly repeat: Repeat },
  ): Ran {
    const neverLeft = result.outcome.kind === "retry";
    if (this.#isOver(delivery)) {
      // It costs no step of the schedule. The claim stays, and whoever takes over sends it again, marked possibly sent,
      // or settles the doubt; but where nothing left, a mark must not stay to say so.
      return marks && neverLeft ? finished(outcomeOf(delivery, result, NEVER_LEFT)) : "lost";
    }
    // The store was away for too long. It is ours still, so nobody else looks after it.
    if (neverLeft) return finished(outcomeOf(delivery, result, NEVER_LEFT));
    const decision = this.#decide(delivery, target, result, repeat);
    this.#options.lanes.record(this.#laneOf(delivery), delivery, "neutral");
    const outcome = remembering(outcomeOf(delivery, result, decision), delivery, target, result);
    return { outcome, operations: tellOfDecision(delivery, target, decision, outcome.attempts) };
  }

  /** Asks the target whether what was started arrived. */
  async #look(
    delivery: ClaimedDelivery,
    target: Target,
    runnable: Runnable,
    startedAgoMs: number,
  ): Promise<Ran> {
    if (!(await this.#mayStart(delivery, false))) return "lost";
    const { startedAt, createdAt, key, attempts } = delivery;
    const cut = this.#cutOf(delivery);
    const traced = traceAttempt(this.#options.tracing, delivery, runnable.connector.id);
    const result = await performProbe({
      ...callOptions(delivery, target, runnable, this.#options),
      traceparent: traced.traceparent,
      signal: cut,
      past: {
        // A key is its first delivery's id, which has the time of the event: nothing was sent before that.
        firstAttemptAt: new Date(Math.min(timeOfId(key), createdAt.getTime())),
        startedAt: startedAt ?? createdAt,
        attempts: Math.max(1, attempts),
      },
    });
    traced.endLook(result);
    this.#logThrown(delivery, result);
    // Looking changes nothing: it can be done again.
    if (cut.aborted) return this.#isOver(delivery) ? "lost" : "give_back";
    const options = {
      ...this.#decideOptions(delivery, target, runnable.action.repeat),
      attempts,
      startedAgoMs,
    };
    const decision = orBlock(delivery, target, decideProbed(result, options));
    const { lanes } = this.#options;
    lanes.record(this.#laneOf(delivery), delivery, "neutral");
    const outcome = remembering(outcomeOfLook(delivery, result, decision), delivery, target, result);
    return { outcome, operations: tellOfDecision(delivery, target, decision, outcome.attempts) };
  }

  #laneOf({ partition, accountId, subscriptionId }: ClaimedDelivery): Lane<ClaimedDelivery> {
    return this.#options.lanes.lane(partition, accountId, subscriptionId);
  }

  /** Its lane may have been made before its configuration was known. */
  #isPaused(delivery: ClaimedDelivery): boolean {
    const lane = this.#laneOf(delivery);
    this.#options.laneConfiguration.learn(lane);
    return lane.settings.paused === true;
  }

  /** What the attempt means: for the delivery, for its lane, for its target, and for people. */
  #conclude(delivery: ClaimedDelivery, target: Target, result: AttemptResult, runnable: Runnable): Finished {
    const { lanes, writer } = this.#options;
    const decision = this.#decide(delivery, target, result, runnable.action.repeat);
    const lane = this.#laneOf(delivery);
    const changes = lanes.record(lane, delivery, laneResultOf(result.outcome));
    writer.noteHealth(lanes.takeBreakerWrites(), decision.reason);
    if (decision.kind === "retry" && decision.pauseScopeMs !== undefined) {
      this.#pauseScope(delivery, target, runnable, decision, result);
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

  /** What a target counts by a part of it, such as a channel, waits alone. */
  #pauseScope(
    delivery: ClaimedDelivery,
    target: Target,
    runnable: Runnable,
    { pauseScopeMs = 0, pauseScope }: Extract<Decision, { kind: "retry" }>,
    { outcome }: AttemptResult,
  ): void {
    const nowMs = performance.now();
    const untilMs = nowMs + pauseScopeMs;
    const keys = callKeys(target, runnable);
    const saysWho = outcome.kind === "rate_limited" && outcome.scope !== undefined;
    if (!saysWho && keys?.limitBy !== undefined) return this.#gates.pause(keys, untilMs, nowMs);
    const scope = pauseScope === "subscription" ? delivery.subscriptionId : target.connectionId;
    this.#options.lanes.pauseScope(scope, untilMs);
  }

  #decide(delivery: ClaimedDelivery, target: Target, { outcome }: AttemptResult, repeat: Repeat): Decision {
    const decision = decide(outcome, this.#decideOptions(delivery, target, repeat));
    // An older version's input: the one in force may be fine, so it is not paused for it.
    const isOld = target.version !== target.subscription.version;
    if (decision.kind !== "pause" || decision.scope !== "subscription" || !isOld) {
      return orBlock(delivery, target, decision);
    }
    const { possiblySent, reason, detail } = decision;
    const why = { possiblySent, reason, detail };
    // It was mended since, so what waited for that is sent as the rule is now; but not with another action.
    if (target.action === target.subscription.action && delivery.input === undefined) {
      this.#options.configuration.passOver(target);
      return { kind: "retry", afterMs: 0, countsAttempt: false, ...why };
    }
    return orBlock(delivery, target, { kind: "finish", state: "dead", ...why });
  }

  #unrunnable(delivery: ClaimedDelivery, target: Target, why: Unrunnable): Finished {
    // Tried again on the schedule, so that it goes on by itself once somebody has mended it.
    const kind = why.isFinal === true ? "rejected" : "retry";
    const { reason, detail } = why;
    const decision = decide({ kind, reason, detail }, this.#decideOptions(delivery, target, NOTHING_SENT));
    return this.#withoutAttempt(delivery, target, orBlock(delivery, target, decision));
  }

  #withoutAttempt(delivery: ClaimedDelivery, target: Target, decision: Decision): Finished {
    this.#options.lanes.record(this.#laneOf(delivery), delivery, "neutral");
    const outcome = outcomeOf(delivery, null, decision);
    return { outcome, operations: tellOfDecision(delivery, target, decision, outcome.attempts) };
  }

  async #findTarget(delivery: ClaimedDelivery): Promise<{ target: Target | undefined } | undefined> {
    const { configuration } = this.#options;
    const { accountId, subscriptionId, subscriptionVersion } = delivery;
    const cached = configuration.get(accountId)?.byId.get(subscriptionId);
    if (cached?.version === subscriptionVersion) return { target: cached };
    const read = await this.#read(delivery, "the configuration", () =>
      configuration.target(accountId, subscriptionId, subscriptionVersion),
    );
    return read && { target: read.value };
  }

  /** Waits out an absent store. Undefined: it is over for this delivery. */
  async #read<T>(
    delivery: ClaimedDelivery,
    what: string,
    read: () => Promise<T>,
  ): Promise<{ readonly value: T } | undefined> {
    while (!this.#isOver(delivery)) {
      try {
        return { value: await read() };
      } catch (error) {
        this.#options.log.warn({ err: error, ...idsOf(delivery) }, `${what} cannot be read; trying again`);
        await wait(CHECK_MS);
      }
    }
    return undefined;
  }

  /**
   * A bug of ours or of a connector, such as an outcome that is none. It costs this delivery an attempt, not
   * the process: that would start again, find the delivery and end again. What was called by then is in doubt.
   */
  #broken(delivery: ClaimedDelivery, error: unknown): Finished {
    this.#options.log.error(
      { err: error, ...idsOf(delivery) },
      "an attempt failed by a mistake in the program",
    );
    const repeat = this.#begun.get(delivery);
    const isBegun = repeat !== undefined;
    const detail = "The attempt failed by a mistake in the program; the log has it.";
    const decision = decide(
      {
        kind: isBegun ? "in_doubt" : "retry",
        reason: "internal_error",
        detail: isBegun ? `${detail} It may have arrived` : detail,
      },
      {
        attempts: delivery.attempts + 1,
        scheduleMs: DEFAULT_SCHEDULE_MS,
        repeat: repeat ?? NOTHING_SENT,
        deadlineMs: ATTEMPT_DEADLINE_MS,
        ageMs: delivery.ageMs,
        random: this.#options.random,
      },
    );
    const target = this.#options.configuration.get(delivery.accountId)?.byId.get(delivery.subscriptionId);
    return finished(outcomeOf(delivery, null, orBlock(delivery, target, decision)));
  }

  /** `marks`: that it starts is written down first, which may take as long as the store is away. */
  async #mayStart(delivery: ClaimedDelivery, marks: boolean): Promise<boolean> {
    const { ownership, writer } = this.#options;
    for (;;) {
      if (!(await this.#isOurs(delivery))) return false;
      if (!marks) return true;
      if (!(await writer.markStarted(delivery, isInDoubt(delivery)))) return false;
      // Else it is marked anew: how long to wait before one may look for it counts from the mark.
      if (ownership.isValid(delivery.partition, delivery.epoch)) return true;
    }
  }

  /** Waits while this process cannot prove that it still owns the partition. */
  async #isOurs(delivery: ClaimedDelivery): Promise<boolean> {
    const { ownership } = this.#options;
    while (!ownership.isValid(delivery.partition, delivery.epoch)) {
      if (this.#isOver(delivery)) return false;
      await wait(CHECK_MS);
    }
    return true;
  }

  async #send(
    delivery: ClaimedDelivery,
    target: Target,
    runnable: Runnable,
    signal: AbortSignal,
  ): Promise<AttemptResult> {
    const traced = traceAttempt(this.#options.tracing, delivery, runnable.connector.id);
    writeStart(this.#options.history, delivery);
    this.#begun.set(delivery, runnable.action.repeat);
    const result = await performAttempt({
      ...callOptions(delivery, target, runnable, this.#options),
      traceparent: traced.traceparent,
      attempt: delivery.attempts + 1,
      signal,
      mayLeave: () => this.#mayLeave(delivery),
    });
    traced.end(result);
    this.#options.metrics?.attempted(runnable.connector, result);
    this.#logThrown(delivery, result);
    return result;
  }

  #logThrown(delivery: ClaimedDelivery, { thrown }: Pick<AttemptResult, "thrown">): void {
    if (thrown === undefined) return;
    const about = { err: thrown.error, failure: thrown.id, ...idsOf(delivery) };
    this.#options.log.error(about, "a connector threw");
  }

  #decideOptions(delivery: ClaimedDelivery, target: Target, repeat: Repeat): DecideOptions {
    const { resumedAt } = target.subscription;
    return {
      attempts: delivery.attempts + 1,
      scheduleMs: target.scheduleMs,
      repeat,
      deadlineMs: ATTEMPT_DEADLINE_MS,
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
