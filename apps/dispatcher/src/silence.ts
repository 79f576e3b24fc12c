/**
 * How long each dispatcher has not been heard of, counted by our own monotonic clock from when its heartbeat last
 * changed. The database's clock alone would say that everybody is dead when it is stepped forward, while each of them
 * still believes in itself and sends; and that nobody is for as long as it is stepped back.
 */
import type { SeenDispatcher } from "@stellwerk/store";

/** A new heartbeat is at most that old: whoever lives says so that often, and is seen that often. */
const NEWEST_MS = 2_000;

export class Silence {
  readonly #heard = new Map<string, { readonly heartbeat: string; readonly atMs: number }>();

  /** As they were just seen, with the silence of each by our clock. */
  of(seen: readonly SeenDispatcher[], nowMs: number): SeenDispatcher[] {
    const ids = new Set(seen.map((each) => each.id));
    for (const id of this.#heard.keys()) if (!ids.has(id)) this.#heard.delete(id);
    return seen.map((each) => ({ ...each, silentMs: nowMs - this.#heardAtMs(each, nowMs) }));
  }

  #heardAtMs({ id, heartbeat, silentMs }: SeenDispatcher, nowMs: number): number {
    const before = this.#heard.get(id);
    if (before?.heartbeat === heartbeat) return before.atMs;
    const sinceMs = Math.max(0, silentMs);
    // Of one that is seen for the first time the database alone can say it.
    const atMs = nowMs - (before === undefined ? sinceMs : Math.min(sinceMs, NEWEST_MS));
    this.#heard.set(id, { heartbeat, atMs });
    return atMs;
  }
}
