/** Runs one attempt of a delivery and tells what it means and what to record. */
import { randomUUID } from "node:crypto";
import type { AttemptOptions, AttemptResult } from "./attempt.ts";
import { classifyExchange } from "./classify.ts";
import type { Outcome } from "./outcome.ts";
import { maskText, recordReply } from "./mask.ts";
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

  let outcome: Outcome;
  let thrown: AttemptResult["thrown"];
  try {
    outcome = await (options.action.deliver === undefined
      ? sendPlan(options, wire, now)
      : deliver(options, wire, now));
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
    thrown,
  };
}

async function sendPlan(options: AttemptOptions, wire: Wire, now: () => Date): Promise<Outcome> {
  const { action, input, key, event, settings, deadlineMs, signal } = options;
  // `defineConnector` refuses an action that has neither.
  if (action.plan === undefined) throw new Error("the action has neither plan nor deliver");
  const plan = action.plan(input, { key, event, settings });
  const exchange = await wire.send(plan, { deadlineMs, signal });
  const at = now();
  return action.classify?.(exchange, at) ?? classifyExchange(exchange, at);
}

async function deliver(options: AttemptOptions, wire: Wire, now: () => Date): Promise<Outcome> {
  const { action, input, key, attempt, event, settings, secrets, deadlineMs, signal } = options;
  if (signal?.aborted) return outcomeOfStopped("aborted", false);
  const endsMs = performance.now() + deadlineMs;
  const stop = new AbortController();
  const { promise: stopped, resolve: giveUp } = Promise.withResolvers<Outcome>();
  const end = (reason: "timeout" | "aborted"): void => {
    stop.abort();
    giveUp(outcomeOfStopped(reason, wire.mayHaveArrived));
  };
  const abort = (): void => end("aborted");
  const timer = setTimeout(() => end("timeout"), deadlineMs);
  signal?.addEventListener("abort", abort, { once: true });
  const context = {
    key,
    attempt,
    event,
    settings,
    secrets,
    now,
    deadline: stop.signal,
    request: (plan: Parameters<Wire["send"]>[0]) =>
      wire.send(plan, { deadlineMs: Math.max(1, endsMs - performance.now()), signal: stop.signal }),
  };
  try {
    // The race is for a connector that does not listen to `deadline`.
    return await Promise.race([action.deliver?.(context, input) ?? stopped, stopped]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function outcomeOfStopped(reason: "timeout" | "aborted", mayHaveArrived: boolean): Outcome {
  const detail =
    reason === "timeout"
      ? "The attempt took longer than its deadline."
      : "The attempt was stopped on our side.";
  return { kind: mayHaveArrived ? "in_doubt" : "retry", reason, detail };
}

function outcomeOfThrown(id: string, mayHaveArrived: boolean): Outcome {
  const detail = `The connector failed by a mistake of its own; the log has it under ${id}.`;
  return { kind: mayHaveArrived ? "in_doubt" : "retry", reason: "connector_error", detail };
}

function maskOutcome(outcome: Outcome, secrets: readonly string[]): Outcome {
  if (secrets.length === 0) return outcome;
  const mask = (text: string): string => maskText(text, secrets);
  if (outcome.kind !== "delivered") return { ...outcome, detail: mask(outcome.detail) };
  const { summary, ref } = outcome;
  return {
    kind: "delivered",
    summary: { en: mask(summary.en), ...(summary.de === undefined ? {} : { de: mask(summary.de) }) },
    ...(ref === undefined ? {} : { ref: mask(ref) }),
  };
}
