/** Targets as there are: those that work, and the ways in which the others do not. */
import type { Outcome } from "@stellwerk/connector-kit";

export interface Answer {
  readonly afterMs: number;
  readonly outcome: Outcome;
}

export const KINDS = [
  "healthy",
  "dead",
  "hanging",
  "slow",
  "throttling",
  "flapping",
  "failing a fifth",
] as const;
export type Kind = (typeof KINDS)[number];

const DEADLINE_MS = 15_000;
const FLAP_MS = 60_000;

const DELIVERED: Outcome = { kind: "delivered", summary: { en: "Accepted with 200." } };
const REFUSED: Outcome = { kind: "retry", reason: "refused", detail: "The connection was refused." };
const TIMED_OUT: Outcome = { kind: "in_doubt", reason: "timeout", detail: "No answer in time." };
const FAILED: Outcome = { kind: "in_doubt", reason: "http_status", detail: "The target answered 500." };
const TOO_MANY: Outcome = {
  kind: "rate_limited",
  reason: "rate_limited",
  detail: "The target answered 429.",
  afterMs: 10_000,
};

/** How a target of this kind answers an attempt that begins now. */
export function makeTarget(kind: Kind, random: () => number): (nowMs: number) => Answer {
  const latencyMs = 20 + 80 * random();
  const phaseMs = FLAP_MS * random();
  let allowedAtMs = 0;
  const works = (): Answer => ({ afterMs: latencyMs * (0.5 + random()), outcome: DELIVERED });
  switch (kind) {
    case "healthy":
      return works;
    case "dead":
      return () => ({ afterMs: 3, outcome: REFUSED });
    case "hanging":
      return () => ({ afterMs: DEADLINE_MS, outcome: TIMED_OUT });
    case "slow":
      return () => ({ afterMs: 2_000 + 3_000 * random(), outcome: DELIVERED });
    case "throttling":
      // One a second and no more.
      return (nowMs) => {
        if (nowMs < allowedAtMs) return { afterMs: 10, outcome: TOO_MANY };
        allowedAtMs = nowMs + 1_000;
        return works();
      };
    case "flapping":
      return (nowMs) =>
        Math.floor((nowMs + phaseMs) / FLAP_MS) % 2 === 0 ? works() : { afterMs: 3, outcome: REFUSED };
    case "failing a fifth":
      return () => (random() < 0.2 ? { afterMs: 30, outcome: FAILED } : works());
  }
}
