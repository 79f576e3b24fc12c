/** Looks whether an attempt in doubt arrived. Reads only: what may change the target is refused. */
import { randomUUID } from "node:crypto";
import type { AttemptOptions, AttemptResult } from "./attempt.ts";
import { AttemptTime } from "./attempt-time.ts";
import { classifyExchange } from "./classify.ts";
import type { Exchange } from "./exchange.ts";
import { maskText, recordReply } from "./mask.ts";
import { withAccess } from "./oauth/with-access.ts";
import type { Outcome } from "./outcome.ts";
import type { Past, Probed } from "./probed.ts";
import { type Remember, Remembering } from "./remember.ts";
import { Wire } from "./wire.ts";

export interface ProbeOptions extends Omit<AttemptOptions, "attempt"> {
  readonly past: Past;
}

/** Why the target could not be asked. */
interface Unasked {
  readonly reason: string;
  readonly detail: string;
  /** It asked us to wait that long. */
  readonly afterMs?: number;
}

export interface ProbeResult extends Omit<AttemptResult, "outcome"> {
  readonly probed: Probed;
  /** With `unknown`: nobody could be asked, so looking again later may tell. */
  readonly unasked?: Unasked | undefined;
}

/**
 * Never throws and never outlives its deadline: what a probe throws is `unknown`.
 *
 * @example
 * const { probed } = await performProbe({ ...found, input, settings, secrets, key, event, http, deadlineMs: 15_000, past });
 */
export async function performProbe(options: ProbeOptions): Promise<ProbeResult> {
  const now = options.now ?? (() => new Date());
  const startedAt = now();
  const startedMs = performance.now();
  const wire = new Wire(options, now, { readOnly: true });

  using time = new AttemptTime(options);
  const remembering = new Remembering({ load: options.remembered, secrets: () => wire.secrets });

  let looked: Probed | Unasked;
  let thrown: AttemptResult["thrown"];
  try {
    looked = await withAccess<Probed | Unasked>({
      tokens: options.tokens,
      use: (token) => wire.useToken(token),
      run: () => look(options, wire, time, remembering),
      isRefused: () => isUnauthorized(wire.exchange),
      failed: unaskedFor,
      stopped: time.stopped.then(unaskedFor),
    });
  } catch (error) {
    thrown = { id: randomUUID(), error };
    looked = {
      kind: "unknown",
      detail: `The probe failed by a mistake of its own; the log has it under ${thrown.id}.`,
    };
  }
  const unasked = "kind" in looked ? whyUnasked(looked, wire.exchange, now()) : looked;
  const probed: Probed =
    "kind" in looked && (looked.kind !== "absent" || unasked === undefined)
      ? looked
      : { kind: "unknown", detail: unasked?.detail ?? "" };
  return {
    probed: maskProbed(probed, wire.secrets),
    unasked,
    startedAt,
    durationMs: Math.round(performance.now() - startedMs),
    request: wire.request,
    reply: wire.reply && recordReply(wire.reply, wire.secrets),
    remember: remembering.changes,
    thrown,
  };
}

async function look(
  options: ProbeOptions,
  wire: Wire,
  time: AttemptTime,
  remember: Remember,
): Promise<Probed | Unasked> {
  const { action, input, key, event, settings, secrets, past } = options;
  // `defineConnector` refuses an action that is to be looked for and cannot look.
  if (action.probe === undefined) throw new Error("the action has no probe");
  const stopped = time.stopped.then(unaskedFor);
  if (time.signal.aborted) return stopped;
  const context = {
    key,
    event,
    settings,
    secrets,
    remember,
    ...wire.context(time),
  };
  // The race is for a connector that does not listen to `deadline`.
  return Promise.race([action.probe(context, input, past), stopped]);
}

function isUnauthorized(exchange: Exchange | undefined): boolean {
  return exchange?.kind === "reply" && exchange.status === 401;
}

function unaskedFor(outcome: Outcome): Unasked {
  if (outcome.kind === "delivered") throw new Error("nothing that failed is delivered");
  const { reason, detail } = outcome;
  if (reason === "aborted") return ABORTED;
  if (reason === "timeout") return TOO_LONG;
  const afterMs = "afterMs" in outcome ? outcome.afterMs : undefined;
  return { reason, detail, ...(afterMs === undefined ? {} : { afterMs }) };
}

const ABORTED: Unasked = { reason: "aborted", detail: "Looking was stopped on our side." };
const TOO_LONG: Unasked = { reason: "timeout", detail: "Looking took longer than its deadline." };

/**
 * By the last request: an answer that says nothing, such as 503 or a lost connection, is none. `absent` is not
 * believed then: a probe that takes a failure for "not there" would send twice.
 */
function whyUnasked(probed: Probed, exchange: Exchange | undefined, now: Date): Unasked | undefined {
  if (probed.kind === "found" || exchange === undefined) return undefined;
  const outcome = classifyExchange(exchange, now);
  switch (outcome.kind) {
    case "retry":
    case "rate_limited":
    case "auth":
    case "in_doubt": {
      // What a request that only reads did on its way is of no matter: nothing about "it may have arrived".
      const { reason, detail } = exchange.kind === "failed" ? exchange : outcome;
      const afterMs = "afterMs" in outcome ? outcome.afterMs : undefined;
      return { reason, detail, ...(afterMs === undefined ? {} : { afterMs }) };
    }
    default:
      return undefined;
  }
}

function maskProbed(probed: Probed, secrets: readonly string[]): Probed {
  const mask = (text: string): string => maskText(text, secrets);
  if (probed.kind === "absent") return probed;
  if (probed.kind === "unknown") return { kind: "unknown", detail: mask(probed.detail) };
  const { summary, ref } = probed;
  return {
    kind: "found",
    summary: { en: mask(summary.en), ...(summary.de === undefined ? {} : { de: mask(summary.de) }) },
    ...(ref === undefined ? {} : { ref: mask(ref) }),
  };
}
