/**
 * What the engine makes of attempts, in small: it repeats, looks, holds and gives up as the action's `repeat` says. The
 * real one is the dispatcher's; a connector is right when this one ends with one effect.
 */
import type { AttemptResult } from "../attempt.ts";
import type { Outcome } from "../outcome.ts";
import { performProbe } from "../perform-probe.ts";
import type { Probed } from "../probed.ts";
import { parseInput } from "../parse.ts";
import { eventOf } from "./sample-event.ts";
import { DEADLINE_MS, KEY } from "./scene.ts";
import type { Delivery, Scene } from "./scene.ts";

const MOST_ATTEMPTS = 6;
const RETRY_MS = 5_000;

export interface Settled {
  readonly state: "delivered" | "skipped" | "dead" | "held" | "gave_up";
  readonly attempts: readonly AttemptResult[];
  /** It was sent again although nobody knew whether it had arrived. */
  readonly possiblyTwice: boolean;
}

export interface SettleParts {
  /** `started`: an attempt before this one was cut off, and nobody knows how far it came. */
  readonly begin?: "queued" | "started" | undefined;
  readonly firstDeadlineMs?: number | undefined;
}

export async function settle(
  scene: Scene,
  delivery: Delivery,
  { begin = "queued", firstDeadlineMs }: SettleParts = {},
): Promise<Settled> {
  const { repeat } = delivery.action;
  const attempts: AttemptResult[] = [];
  const firstAttemptAt = scene.clock.now();
  let inDoubt = begin === "started";
  let possiblyTwice = false;
  for (let attempt = inDoubt ? 2 : 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    if (inDoubt) {
      const then = await afterDoubt(scene, delivery, firstAttemptAt, attempt - 1);
      if (then === "delivered" || then === "held") return { state: then, attempts, possiblyTwice };
      if (then === "resend_doubtful") possiblyTwice = true;
    }
    const deadlineMs = attempts.length === 0 ? firstDeadlineMs : undefined;
    const result = await scene.attempt(delivery, { attempt, deadlineMs });
    attempts.push(result);
    scene.record(delivery.event ?? eventOf(delivery.sample), result.remember);
    const { outcome } = result;
    if (outcome.kind === "delivered" || outcome.kind === "skipped") {
      return { state: outcome.kind, attempts, possiblyTwice };
    }
    if (outcome.kind === "rejected") return { state: "dead", attempts, possiblyTwice };
    inDoubt = outcome.kind === "in_doubt";
    if (repeat.kind === "natural" || repeat.kind === "key") inDoubt = false;
    scene.clock.passMs(waitOf(outcome));
  }
  return { state: "gave_up", attempts, possiblyTwice };
}

type AfterDoubt = "delivered" | "held" | "resend" | "resend_doubtful";

async function afterDoubt(
  scene: Scene,
  delivery: Delivery,
  firstAttemptAt: Date,
  attempts: number,
): Promise<AfterDoubt> {
  const { repeat } = delivery.action;
  switch (repeat.kind) {
    case "natural":
    case "key":
      return "resend";
    case "never":
      return repeat.inDoubt === "hold" ? "held" : "resend_doubtful";
    case "probe": {
      // Before the vendor's settling time is over, "not there" means nothing.
      scene.clock.passMs(DEADLINE_MS + repeat.visibleAfterMs);
      const probed = await look(scene, delivery, { firstAttemptAt, startedAt: firstAttemptAt, attempts });
      if (probed.kind === "found") return "delivered";
      if (probed.kind === "absent") return "resend";
      return repeat.inDoubt === "hold" ? "held" : "resend_doubtful";
    }
  }
}

/** Like the engine, it looks again when nobody could be asked. */
export async function look(
  scene: Scene,
  { action, sample, key = KEY, input = sample.input, event = eventOf(sample) }: Delivery,
  past: { readonly firstAttemptAt: Date; readonly startedAt: Date; readonly attempts: number },
): Promise<Probed> {
  const { connector, settings, secrets, tokens, http, clock } = scene;
  const parsed = parseInput(action, input);
  const checked = parsed.ok ? parsed.value : input;
  for (let tries = 1; ; tries += 1) {
    const { probed, unasked, thrown, remember } = await performProbe({
      connector,
      action,
      input: checked,
      settings,
      secrets,
      tokens,
      key,
      event,
      http,
      deadlineMs: DEADLINE_MS,
      now: clock.now,
      remembered: () => Promise.resolve(scene.remembered.get(event.subject ?? "") ?? new Map()),
      past,
    });
    scene.record(event, remember);
    if (thrown !== undefined) throw thrown.error;
    if (unasked === undefined || tries === 3) return probed;
    clock.passMs(RETRY_MS);
  }
}

function waitOf(outcome: Outcome): number {
  const asked = "afterMs" in outcome ? outcome.afterMs : undefined;
  return Math.max(RETRY_MS, asked ?? 0);
}
