/** Runs one attempt of a delivery and tells what it means and what to record. */
import { randomUUID } from "node:crypto";
import type { AttemptOptions, AttemptResult } from "./attempt.ts";
import { AttemptTime } from "./attempt-time.ts";
import { classifyExchange } from "./classify.ts";
import type { Outcome } from "./outcome.ts";
import { maskText, maskValue, recordReply } from "./mask.ts";
import { withAccess } from "./oauth/with-access.ts";
import { type Remember, Remembering } from "./remember.ts";
import { Wire } from "./wire.ts";

/**
 * Never throws and never outlives its deadline: what a connector throws becomes an outcome,
 * decided by whether a request left.
 *
 * @example
 * const result = await performAttempt({ ...found, input, settings, secrets, key, attempt: 1, event, http, deadlineMs: 15_000 });
 */
export async function performAttempt(options: AttemptOptions): Promise<AttemptResult> {
  const now = options.now ?? (() => new Date());
  const startedAt = now();
  const startedMs = performance.now();
  const wire = new Wire(options, now);
  const remembering = new Remembering({ load: options.remembered, secrets: () => wire.secrets });
  using time = new AttemptTime({ ...options, mayHaveArrived: () => wire.mayHaveArrived });
  const run = (): Promise<Outcome> =>
    options.action.deliver === undefined
      ? sendPlan(options, wire, time, now)
      : deliver(options, wire, time, remembering);

  let outcome: Outcome;
  let thrown: AttemptResult["thrown"];
  try {
    outcome = settleAuth(
      await withAccess<Outcome>({
        tokens: options.tokens,
        use: (token) => wire.useToken(token),
        run,
        isRefused: (first) => first.kind === "auth" && first.step === "refresh" && !wire.mayHaveArrived,
        failed: (failure) => failure,
        stopped: time.stopped,
      }),
      options.tokens !== undefined && wire.mayHaveArrived,
    );
  } catch (error) {
    thrown = { id: randomUUID(), error };
    outcome = outcomeOfThrown(thrown.id, wire.mayHaveArrived);
  }
  return {
    outcome: maskOutcome(outcome, wire.secrets),
    startedAt,
    durationMs: Math.round(performance.now() - startedMs),
    request: wire.request,
    reply: wire.reply && recordReply(wire.reply, wire.secrets),
    remember: remembering.changes,
    thrown,
  };
}

async function sendPlan(
  options: AttemptOptions,
  wire: Wire,
  time: AttemptTime,
  now: () => Date,
): Promise<Outcome> {
  const { action, input, key, attempt, event, settings, signal } = options;
  // `defineConnector` refuses an action that has neither.
  if (action.plan === undefined) throw new Error("the action has neither plan nor deliver");
  const plan = action.plan(input, { key, event, settings });
  const exchange = await wire.send(plan, { deadlineMs: time.leftMs, signal });
  const at = now();
  return action.classify?.(exchange, at, { attempt }) ?? classifyExchange(exchange, at);
}

async function deliver(
  options: AttemptOptions,
  wire: Wire,
  time: AttemptTime,
  remember: Remember,
): Promise<Outcome> {
  const { action, input, key, attempt, event, settings, secrets } = options;
  if (time.signal.aborted) return time.stopped;
  const context = {
    key,
    attempt,
    event,
    settings,
    secrets,
    remember,
    ...wire.context(time),
  };
  const delivered = action
    .deliver?.(context, input)
    .catch((error: unknown) => outcomeOfSdk(error, wire, context.now()));
  // The race is for a connector that does not listen to `deadline`.
  return Promise.race([delivered ?? time.stopped, time.stopped]);
}

/**
 * What an SDK throws is mostly what the network or the target did, so a connector need not catch it: it means what it
 * would mean without an SDK. After an answer of 2xx it is the connector's own mistake.
 */
function outcomeOfSdk(error: unknown, wire: Wire, now: Date): Outcome {
  const { exchange, isFromSdk } = wire;
  const isFailure = exchange?.kind === "failed" || (exchange !== undefined && exchange.status >= 300);
  if (!isFromSdk || exchange === undefined || !isFailure) throw error;
  const outcome = classifyExchange(exchange, now);
  // Not of this request alone: of everything that the attempt has sent.
  if (outcome.kind === "retry" && wire.hadMutated) return { ...outcome, kind: "in_doubt" };
  if (outcome.kind === "in_doubt" && !wire.hadMutated && !wire.isMutating)
    return { ...outcome, kind: "retry" };
  return outcome;
}

/** There was nothing to renew, or the new token was refused, too. */
function settleAuth(outcome: Outcome, hasMutated: boolean): Outcome {
  if (outcome.kind !== "auth") return outcome;
  if (outcome.step === "reconnect" || !hasMutated) return { ...outcome, step: "reconnect" };
  // Running the action again in this attempt would send twice; the next one begins with the repeat rule.
  const detail = "The token was refused after something had been sent.";
  return { kind: "in_doubt", reason: outcome.reason, detail };
}

function outcomeOfThrown(id: string, mayHaveArrived: boolean): Outcome {
  const detail = `The connector failed by a mistake of its own; the log has it under ${id}.`;
  return { kind: mayHaveArrived ? "in_doubt" : "retry", reason: "connector_error", detail };
}

function maskOutcome(outcome: Outcome, secrets: readonly string[]): Outcome {
  if (secrets.length === 0) return outcome;
  const mask = (text: string): string => maskText(text, secrets);
  if (outcome.kind !== "delivered") return { ...outcome, detail: mask(outcome.detail) };
  const { summary, ref, did, output } = outcome;
  return {
    kind: "delivered",
    summary: { en: mask(summary.en), ...(summary.de === undefined ? {} : { de: mask(summary.de) }) },
    ...(ref === undefined ? {} : { ref: mask(ref) }),
    ...(did === undefined ? {} : { did }),
    ...(output === undefined ? {} : { output: maskValue(output, secrets) }),
  };
}
