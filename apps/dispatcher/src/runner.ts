/**
 * Runs one delivery: one connector call, its outcome decided, and recorded by the writer.
 */
import {
  connectorEvent,
  performAttempt,
  type AttemptResult,
  type HttpClient,
  type Repeat,
} from "@stellwerk/connector-kit";
import {
  DEFAULT_SCHEDULE_MS,
  decide,
  formatId,
  newUuid,
  type DecideOptions,
  type Decision,
} from "@stellwerk/delivery";
import type { Log } from "@stellwerk/log";
import { traceIdOf, type Tracing } from "@stellwerk/telemetry";
import type { AttemptRecord, ClaimedDelivery, DeliveryOutcome } from "@stellwerk/store";
import type { ConfigurationCache } from "./configuration-cache.ts";
import { readEventData } from "./event-data.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import type { Ownership } from "./ownership.ts";
import { isRunnable, type Runnable, type Target } from "./targets.ts";
import { traceAttempt } from "./trace-attempt.ts";
import type { Writer } from "./writer.ts";

/** One budget over connect, headers and body of an attempt. */
const ATTEMPT_DEADLINE_MS = 15_000;
/** Instead of a source's id on operations events, which have none. */
const OPERATIONS = "operations";
/** How often a delivery that cannot start looks again: the store is away, or ownership is not proven. */
const CHECK_MS = 250;

export interface RunnerOptions {
  readonly configuration: ConfigurationCache;
  readonly ownership: Ownership;
  readonly writer: Writer;
  readonly http: HttpClient;
  readonly log: Log;
  readonly random: () => number;
  readonly metrics?: DispatcherMetrics | undefined;
  readonly tracing?: Tracing | undefined;
  /** The delivery is recorded, or no longer ours. */
  onDone(delivery: ClaimedDelivery): void;
}

export class Runner {
  readonly #options: RunnerOptions;
  readonly #aborting = new AbortController();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Resolves when the attempt is over and its lane may start the next; recording goes on behind it. */
  async run(delivery: ClaimedDelivery): Promise<void> {
    const outcome = await this.#attempt(delivery).catch((error: unknown) => this.#broken(delivery, error));
    if (outcome === undefined) this.#options.onDone(delivery);
    else void this.#record(delivery, outcome);
  }

  /** Cuts off what is in flight. */
  abort(): void {
    this.#aborting.abort();
  }

  async #record(delivery: ClaimedDelivery, outcome: DeliveryOutcome): Promise<void> {
    const written = await this.#options.writer.record(delivery, outcome);
    if (written) {
      this.#options.metrics?.recorded(delivery, outcome);
      logOutcome(this.#options.log, delivery, outcome);
    } else {
      this.#options.log.warn(idsOf(delivery), "the outcome was not written: the delivery is no longer ours");
    }
    this.#options.onDone(delivery);
  }

  /** Undefined: nothing to record, because the delivery is no longer ours or we are about to end. */
  async #attempt(delivery: ClaimedDelivery): Promise<DeliveryOutcome | undefined> {
    if (delivery.eventGone === true) return outcomeOf(delivery, null, EVENT_GONE);
    const found = await this.#findTarget(delivery);
    if (found === undefined) return undefined;
    const { target } = found;
    if (target === undefined) return outcomeOf(delivery, null, SUBSCRIPTION_DELETED);
    const runnable = target.runnable();
    if (!isRunnable(runnable)) {
      // Tried again on the schedule, so that it goes on by itself once somebody has mended it.
      const decision = decide(
        { kind: "retry", ...runnable },
        this.#decideOptions(delivery, target, NOTHING_SENT),
      );
      return outcomeOf(delivery, null, decision);
    }
    if (!(await this.#mayStart(delivery))) return undefined;
    const result = await this.#send(delivery, runnable);
    // Cut off by our own end: no fault of the target's, so it costs no step of the schedule. The claim stays, and
    // whoever takes over sends it again, marked possibly sent.
    if (this.#aborting.signal.aborted && result.outcome.kind !== "delivered") return undefined;
    const decision = decide(result.outcome, this.#decideOptions(delivery, target, runnable.action.repeat));
    return outcomeOf(delivery, result, decision);
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
        await pause(CHECK_MS);
      }
    }
    return undefined;
  }

  /**
   * A bug of ours or of a connector, such as an outcome that is none. It costs this delivery an attempt, not
   * the process: that would start again, find the delivery and end again.
   */
  #broken(delivery: ClaimedDelivery, error: unknown): DeliveryOutcome {
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
    return outcomeOf(delivery, null, decision);
  }

  /** Waits while this process cannot prove that it still owns the partition. */
  async #mayStart(delivery: ClaimedDelivery): Promise<boolean> {
    const { ownership } = this.#options;
    while (!ownership.isValid(delivery.partition, delivery.epoch)) {
      if (ownership.epochOf(delivery.partition) !== delivery.epoch || this.#aborting.signal.aborted)
        return false;
      await pause(CHECK_MS);
    }
    return true;
  }

  async #send(delivery: ClaimedDelivery, runnable: Runnable): Promise<AttemptResult> {
    const { http, log } = this.#options;
    const { event } = delivery;
    const traced = traceAttempt(this.#options.tracing, delivery, runnable.connector.id);
    const result = await performAttempt({
      traceparent: traced.traceparent,
      connector: runnable.connector,
      action: runnable.action,
      input: runnable.input,
      settings: runnable.settings,
      secrets: runnable.secrets,
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
    return {
      attempts: delivery.attempts + 1,
      scheduleMs: target.scheduleMs,
      repeat,
      ageMs: delivery.ageMs,
      random: this.#options.random,
    };
  }
}

const SUBSCRIPTION_DELETED: Decision = {
  kind: "finish",
  state: "dead",
  possiblySent: false,
  reason: "subscription_deleted",
  detail: "The subscription was deleted while this delivery waited",
};

const EVENT_GONE: Decision = {
  kind: "finish",
  state: "dead",
  possiblySent: false,
  reason: "event_gone",
  detail: "The event is past its retention and was dropped before this delivery could be sent",
};

/** Nothing left this process, so repeating is safe whatever the action. */
const NOTHING_SENT: Repeat = { kind: "natural", because: "nothing was sent" };

/** `result` is null when it came to no attempt. */
function outcomeOf(
  delivery: ClaimedDelivery,
  result: AttemptResult | null,
  decision: Decision,
): DeliveryOutcome {
  const counts = decision.kind !== "retry" || decision.countsAttempt;
  const attempted = result !== null || decision.kind === "retry";
  return {
    deliveryId: delivery.deliveryId,
    partition: delivery.partition,
    epoch: delivery.epoch,
    state: decision.kind === "finish" ? decision.state : null,
    held: decision.kind === "hold",
    retryInMs: decision.kind === "retry" ? decision.afterMs : 0,
    attempts: delivery.attempts + (attempted && counts ? 1 : 0),
    possiblySent: decision.possiblySent,
    reason: decision.reason,
    detail: decision.detail,
    attempt: result === null ? null : attemptRecord(delivery, result),
  };
}

function attemptRecord(delivery: ClaimedDelivery, { outcome, ...result }: AttemptResult): AttemptRecord {
  return {
    id: newUuid(),
    number: delivery.attempts + 1,
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    outcome: outcome.kind,
    reason: outcome.kind === "delivered" ? null : outcome.reason,
    detail: outcome.kind === "delivered" ? outcome.summary.en : outcome.detail,
    request: result.request ?? null,
    reply: result.reply ?? null,
  };
}

/** What a person may have to look after is said aloud; the rest is for following one event. */
function logOutcome(log: Log, delivery: ClaimedDelivery, { state, held, reason, attempt }: DeliveryOutcome): void {
  const isLoud = held || (state !== null && state !== "delivered" && state !== "skipped");
  if (!isLoud && !log.isLevelEnabled("debug")) return;
  log[isLoud ? "info" : "debug"](
    { ...idsOf(delivery), state: state ?? (held ? "held" : "queued"), reason, durationMs: attempt?.durationMs },
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
