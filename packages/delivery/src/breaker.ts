/**
 * Breaker: stops trying a target that only fails, looks again from time to time, and says when it should be given
 * up. One for each subscription that has failed; the reasons for the numbers are in docs/decisions/0011.
 */
import type { Clock } from "./clock.ts";
import type { LaneResult } from "./lane-result.ts";

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failuresToOpen: number;
  /** A time-out holds a slot for a whole deadline, so fewer of them do. */
  readonly timeoutsToOpen: number;
  /**
   * It stays closed while the last success is younger: at 1,000 attempts a second ten failures in a row happen
   * seven times a day with 20 % failing, but two seconds of nothing else never.
   */
  readonly quietMs: number;
  readonly firstProbeMs: number;
  readonly longestProbeMs: number;
  /** After so long of nothing but failure the target is to be stopped. */
  readonly stopAfterMs: number;
}

export const DEFAULT_BREAKER: BreakerOptions = {
  failuresToOpen: 10,
  timeoutsToOpen: 4,
  quietMs: 2_000,
  firstProbeMs: 5_000,
  longestProbeMs: 15 * 60_000,
  stopAfterMs: 5 * 86_400_000,
};

export type BreakerState = "closed" | "open" | "half-open";

/** What is kept over a restart. Times are wall-clock: milliseconds since the epoch. */
export interface BreakerSnapshot {
  readonly state: BreakerState;
  readonly consecutiveFailures: number;
  readonly failingSinceMs: number | null;
  readonly openedAtMs: number | null;
  readonly probeAtMs: number | null;
  /** Probes that failed since it opened. */
  readonly probes: number;
  /** The last warning, in percent of the way to being stopped; 100: it said stop. */
  readonly warned: number;
}

/** For operations events. Times are wall-clock. */
export type BreakerChange =
  | {
      readonly kind: "opened";
      readonly failingSinceMs: number;
      readonly failures: number;
      readonly probeAtMs: number;
    }
  | { readonly kind: "closed"; readonly openedAtMs: number; readonly openForMs: number }
  | {
      readonly kind: "warning";
      readonly percent: 50 | 75 | 90;
      readonly failingSinceMs: number;
      readonly stopAtMs: number;
    }
  | { readonly kind: "stop"; readonly failingSinceMs: number };

export interface BreakerParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly options?: Partial<BreakerOptions> | undefined;
}

const WARNINGS = [50, 75, 90] as const;
const NO_CHANGES: readonly BreakerChange[] = [];
/** Spread so that targets which died together are not probed together. */
const JITTER = 0.2;
/** A closed one is written only when it has failed for so long, and then as seldom: 20 % failing at any rate never does. */
const WRITE_CLOSED_EVERY_MS = 60_000;

export class Breaker {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #options: BreakerOptions;
  #state: BreakerState = "closed";
  #failures = 0;
  #timeouts = 0;
  /** On the monotonic clock, like all times inside. */
  #failingSinceMs: number | undefined;
  #openedAtMs: number | undefined;
  #probeAtMs: number | undefined;
  #probes = 0;
  #warned = 0;
  #lastSuccessMs: number;
  #writtenAtMs: number;
  #dirty = false;
  /** It was closed and failing when it was written last. */
  #writtenFailing = false;

  /** `lastSuccessMs` on the monotonic clock; `-Infinity`: none is known. */
  constructor(parts: BreakerParts, lastSuccessMs = Number.NEGATIVE_INFINITY) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#options = { ...DEFAULT_BREAKER, ...parts.options };
    this.#lastSuccessMs = lastSuccessMs;
    this.#writtenAtMs = this.#clock.nowMs();
  }

  static restore(parts: BreakerParts, snapshot: BreakerSnapshot): Breaker {
    const breaker = new Breaker(parts);
    const nowMs = parts.clock.nowMs();
    const offsetMs = nowMs - parts.clock.wallMs();
    // A clock that was set back must not put the past into the future.
    const past = (wallMs: number | null) =>
      wallMs === null ? undefined : Math.min(nowMs, wallMs + offsetMs);
    breaker.#state = snapshot.state === "closed" ? "closed" : "open";
    breaker.#failures = snapshot.consecutiveFailures;
    breaker.#failingSinceMs = past(snapshot.failingSinceMs);
    breaker.#openedAtMs = past(snapshot.openedAtMs);
    breaker.#probes = snapshot.probes;
    // Whoever said stop may have ended before it was carried out: it is said again.
    breaker.#warned = Math.min(snapshot.warned, WARNINGS[2]);
    breaker.#writtenFailing = breaker.#failures > 0;
    if (breaker.#state === "open") {
      const longest = breaker.#options.longestProbeMs * (1 + JITTER);
      // The outcome of a probe that was under way is not known: look again now.
      const probeAtMs = snapshot.state === "half-open" ? nowMs : (snapshot.probeAtMs ?? 0) + offsetMs;
      breaker.#openedAtMs ??= nowMs;
      breaker.#failingSinceMs ??= breaker.#openedAtMs;
      breaker.#probeAtMs = Math.max(nowMs, Math.min(probeAtMs, nowMs + longest));
    }
    return breaker;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Nothing to remember: it may be forgotten. */
  get isClean(): boolean {
    return this.#state === "closed" && this.#failures === 0 && !this.#dirty;
  }

  /** When the next probe may start, on the monotonic clock; undefined while it is closed or a probe is under way. */
  get probeAtMs(): number | undefined {
    return this.#state === "open" ? this.#probeAtMs : undefined;
  }

  /** Half open: the attempt that starts now is the one probe. False when it is not time for one. */
  beginProbe(): boolean {
    if (this.#state !== "open" || (this.#probeAtMs ?? 0) > this.#clock.nowMs()) return false;
    this.#state = "half-open";
    return true;
  }

  /** The probe came to nothing that says anything: the same wait again. */
  cancelProbe(): void {
    if (this.#state !== "half-open") return;
    this.#state = "open";
    this.#planProbe();
  }

  record(result: LaneResult, isProbe = false): readonly BreakerChange[] {
    switch (result) {
      case "success":
        return this.#succeed();
      case "failure":
      case "timeout":
        return this.#fail(result, isProbe);
      case "neutral":
        if (isProbe) this.cancelProbe();
        return NO_CHANGES;
    }
  }

  /** As if it had never failed. */
  reset(): void {
    this.#succeed();
    this.#lastSuccessMs = Number.NEGATIVE_INFINITY;
  }

  snapshot(): BreakerSnapshot {
    return {
      state: this.#state,
      consecutiveFailures: this.#failures,
      failingSinceMs: this.#wall(this.#failingSinceMs),
      openedAtMs: this.#wall(this.#openedAtMs),
      probeAtMs: this.#wall(this.#probeAtMs),
      probes: this.#probes,
      warned: this.#warned,
    };
  }

  /** What is to be written, when what was written last no longer says what matters; undefined otherwise. */
  takeWrite(): BreakerSnapshot | undefined {
    if (!this.#dirty) return undefined;
    this.#dirty = false;
    this.#writtenAtMs = this.#clock.nowMs();
    return this.snapshot();
  }

  get needsWriting(): boolean {
    return this.#dirty;
  }

  #succeed(): readonly BreakerChange[] {
    const nowMs = this.#clock.nowMs();
    this.#lastSuccessMs = nowMs;
    const openedAtMs = this.#openedAtMs;
    const wasWritten = this.#state !== "closed" || this.#writtenFailing;
    this.#failures = 0;
    this.#timeouts = 0;
    this.#failingSinceMs = undefined;
    if (!wasWritten) return NO_CHANGES;
    this.#dirty = true;
    this.#writtenFailing = false;
    this.#probes = 0;
    this.#warned = 0;
    this.#probeAtMs = undefined;
    this.#openedAtMs = undefined;
    const wasOpen = this.#state !== "closed";
    this.#state = "closed";
    if (!wasOpen || openedAtMs === undefined) return NO_CHANGES;
    return [{ kind: "closed", openedAtMs: this.#wall(openedAtMs), openForMs: nowMs - openedAtMs }];
  }

  #fail(result: "failure" | "timeout", isProbe: boolean): readonly BreakerChange[] {
    const nowMs = this.#clock.nowMs();
    this.#failures += 1;
    if (result === "timeout") this.#timeouts += 1;
    this.#failingSinceMs ??= nowMs;
    if (this.#state === "closed") {
      if (!this.#mustOpen(nowMs)) {
        this.#noteLongFailing(nowMs);
        return NO_CHANGES;
      }
      this.#state = "open";
      this.#openedAtMs = nowMs;
      this.#probes = 0;
      this.#planProbe();
      const opened: BreakerChange = {
        kind: "opened",
        failingSinceMs: this.#wall(this.#failingSinceMs),
        failures: this.#failures,
        probeAtMs: this.#wall(this.#probeAtMs ?? nowMs),
      };
      return [opened, ...this.#verdict(nowMs)];
    }
    // Attempts that began before it opened may still end: they count, but only a probe moves the next one away.
    if (isProbe && this.#state === "half-open") {
      this.#state = "open";
      this.#probes += 1;
      this.#planProbe();
    }
    return this.#verdict(nowMs);
  }

  #mustOpen(nowMs: number): boolean {
    const { failuresToOpen, timeoutsToOpen, quietMs } = this.#options;
    const enough = this.#failures >= failuresToOpen || this.#timeouts >= timeoutsToOpen;
    return enough && nowMs - this.#lastSuccessMs >= quietMs;
  }

  #planProbe(): void {
    const { firstProbeMs, longestProbeMs } = this.#options;
    const waitMs = Math.min(longestProbeMs, firstProbeMs * 2 ** Math.min(this.#probes, 30));
    this.#probeAtMs = this.#clock.nowMs() + waitMs * (1 - JITTER + 2 * JITTER * this.#random());
    this.#dirty = true;
  }

  /** A target with one event a day fails for days before it opens: a restart in between must not begin anew. */
  #noteLongFailing(nowMs: number): void {
    const sinceMs = Math.max(this.#failingSinceMs ?? nowMs, this.#writtenAtMs);
    if (nowMs - sinceMs < WRITE_CLOSED_EVERY_MS) return;
    this.#dirty = true;
    this.#writtenFailing = true;
  }

  #verdict(nowMs: number): readonly BreakerChange[] {
    const sinceMs = this.#failingSinceMs;
    if (sinceMs === undefined || this.#warned >= 100) return NO_CHANGES;
    const { stopAfterMs } = this.#options;
    const percent = ((nowMs - sinceMs) / stopAfterMs) * 100;
    const failingSinceMs = this.#wall(sinceMs);
    if (percent >= 100) {
      this.#warned = 100;
      this.#dirty = true;
      return [{ kind: "stop", failingSinceMs }];
    }
    // Only the latest: after a long silence three warnings at once would say nothing more.
    const due = WARNINGS.findLast((each) => percent >= each && each > this.#warned);
    if (due === undefined) return NO_CHANGES;
    this.#warned = due;
    this.#dirty = true;
    return [{ kind: "warning", percent: due, failingSinceMs, stopAtMs: failingSinceMs + stopAfterMs }];
  }

  #wall(ms: number): number;
  #wall(ms: number | undefined): number | null;
  #wall(ms: number | undefined): number | null {
    return ms === undefined ? null : Math.round(ms - this.#clock.nowMs() + this.#clock.wallMs());
  }
}
