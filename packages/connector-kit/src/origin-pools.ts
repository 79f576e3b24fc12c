/**
 * One connection pool per origin, opened when needed, closed when idle, and never too many:
 * an installation may talk to thousands of origins, most of them rarely.
 */
import { Pool } from "undici";
import type { buildConnector } from "undici";

export interface OriginPoolsOptions {
  readonly dial: buildConnector.connector;
  readonly maxConnectionsPerOrigin: number;
  /** Idle origins beyond this are closed, the one unused for longest first. */
  readonly maxOrigins: number;
  readonly idleOriginMs: number;
  readonly maxHeaderBytes: number;
}

export interface OriginPool {
  readonly origin: string;
  readonly pool: Pool;
  inFlight: number;
  lastUsedMs: number;
}

export class OriginPools {
  readonly #options: OriginPoolsOptions;
  /** Least recently used first. */
  readonly #pools = new Map<string, OriginPool>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: OriginPoolsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pools.size;
  }

  /** An origin that has a pool was let through by the guard; its connections are checked as they are made. */
  has(origin: string): boolean {
    return this.#pools.has(origin);
  }

  take(origin: string): OriginPool {
    const entry = this.#pools.get(origin) ?? this.#open(origin);
    this.#pools.delete(origin);
    this.#pools.set(origin, entry);
    entry.inFlight += 1;
    entry.lastUsedMs = performance.now();
    return entry;
  }

  release(entry: OriginPool): void {
    entry.inFlight -= 1;
  }

  async close(): Promise<void> {
    clearTimeout(this.#sweep);
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    // Without a request there may still be a connection under way, to a name that hangs: not worth waiting for.
    await Promise.all(pools.map(({ pool, inFlight }) => (inFlight === 0 ? pool.destroy() : pool.close())));
  }

  #open(origin: string): OriginPool {
    if (this.#pools.size >= this.#options.maxOrigins) this.#closeOldestIdle();
    const pool = new Pool(origin, {
      connect: this.#options.dial,
      connections: this.#options.maxConnectionsPerOrigin,
      maxHeaderSize: this.#options.maxHeaderBytes,
      pipelining: 1,
      allowH2: false,
      // The client's one deadline is over everything.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#armSweep();
    return { origin, pool, inFlight: 0, lastUsedMs: 0 };
  }

  #closeOldestIdle(): void {
    for (const entry of this.#pools.values()) {
      if (entry.inFlight === 0) return this.#drop(entry);
    }
    // All busy: their number is bounded by what the caller has in flight.
  }

  /** Runs only while there are pools, so an idle process has no timer. */
  #armSweep(): void {
    this.#sweep ??= setTimeout(() => {
      this.#sweep = undefined;
      const idleSinceMs = performance.now() - this.#options.idleOriginMs;
      for (const entry of this.#pools.values()) {
        if (entry.inFlight === 0 && entry.lastUsedMs <= idleSinceMs) this.#drop(entry);
      }
      if (this.#pools.size > 0) this.#armSweep();
    }, this.#options.idleOriginMs).unref();
  }

  #drop(entry: OriginPool): void {
    this.#pools.delete(entry.origin);
    // Nothing is in flight, so there is nothing to wait for and nothing to fail.
    void entry.pool.destroy();
  }
}
