/** When the writer commits, and whether outcomes come along: a transaction costs the same for one row as for fifty. */

/** How long an outcome may wait for company. */
const OUTCOME_WINDOW_MS = 25;
/**
 * Routes that are committed sooner after one another leave the outcomes to a later one: at 400 events/s there is one
 * every 6 ms, and writing outcomes costs a statement as large as the route's own.
 */
const OUTCOMES_APART_MS = 20;
/** So many are written with the next commit all the same. */
const MANY_OUTCOMES = 200;
/**
 * How long a route may wait for company at full load; at low load it does not wait. At 1,000 events/s 12 ms made
 * 0.085 transactions an event on Kafka; the budget is 0.05.
 */
const ROUTE_WINDOW_MS = 22;
/** Events per second between which the route window grows from nothing to full. */
const LOW_LOAD = 450;
const HIGH_LOAD = 1_000;
export class CommitPace {
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #lastOutcomesAtMs = Number.NEGATIVE_INFINITY;
  #eventsPerSecond = 0;

  /** Until the next commit; 0 or less: now. */
  waitMs(isRouting: boolean, nowMs: number): number {
    return this.#lastAtMs + (isRouting ? this.#routeWindowMs() : OUTCOME_WINDOW_MS) - nowMs;
  }

  /** Whether `count` outcomes are written with the routes that are committed now. */
  takesOutcomes(count: number, nowMs: number): boolean {
    return nowMs - this.#lastOutcomesAtMs >= OUTCOMES_APART_MS || count >= MANY_OUTCOMES;
  }

  /** A commit of so many events and outcomes begins. */
  commits(events: number, outcomes: number, nowMs: number): void {
    const sinceMs = nowMs - this.#lastAtMs;
    // Half-life of about a third of a second: follows a burst, forgets it soon.
    const keep = Math.exp(-Math.min(sinceMs, 60_000) / 500);
    this.#eventsPerSecond =
      this.#eventsPerSecond * keep + (events / Math.max(sinceMs, 0.1)) * 1_000 * (1 - keep);
    this.#lastAtMs = nowMs;
    if (outcomes > 0) this.#lastOutcomesAtMs = nowMs;
  }

  #routeWindowMs(): number {
    const load = (this.#eventsPerSecond - LOW_LOAD) / (HIGH_LOAD - LOW_LOAD);
    return ROUTE_WINDOW_MS * Math.min(1, Math.max(0, load));
  }
}
