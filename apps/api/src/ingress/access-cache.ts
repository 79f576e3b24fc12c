/**
 * What a key or a token gives access to, remembered for a few seconds, so that the hot path asks the
 * database for nothing. Unknown ones are remembered too. When the database is away nothing is
 * trusted beyond its time: a revocation that could not be seen must not be ignored.
 */
import { LRUCache } from "lru-cache";

/** Below the 5 s in which a revocation has to work, even if its notification is lost. */
const TTL_MS = 4_000;
const MAX_ENTRIES = 20_000;
/** Apart from the known ones, which a flood of guesses must not push out. */
const MAX_UNKNOWN = 5_000;

export interface AccessCache<Access> {
  /**
   * Rejects when the database does not answer. `beforeLoad` is called when it has to be asked, and may throw: the
   * place to keep somebody from asking too often, which costs nothing where nothing is asked.
   */
  find(key: string, beforeLoad?: () => void): Promise<Access | undefined>;
  /** Forgets what concerns one account, or everything. */
  forget(accountId?: string): void;
}

export interface AccessCacheOptions<Access> {
  load(key: string): Promise<Access | undefined>;
  accountOf(access: Access): string;
  readonly ttlMs?: number;
}

export function createAccessCache<Access extends object>(
  options: AccessCacheOptions<Access>,
): AccessCache<Access> {
  const ttl = options.ttlMs ?? TTL_MS;
  const known = new LRUCache<string, Access>({ max: MAX_ENTRIES, ttl });
  const unknown = new LRUCache<string, true>({ max: MAX_UNKNOWN, ttl });
  /** Requests that need the same entry at once share one query. */
  const loading = new Map<string, Promise<Access | undefined>>();
  /** Raised by `forget`: what was asked for before is not remembered after it. */
  let generation = 0;

  async function load(key: string): Promise<Access | undefined> {
    const askedIn = generation;
    // From the asking: what was revoked while a slow answer was on its way must not work for longer than its time.
    const start = performance.now();
    const access = await options.load(key);
    if (askedIn !== generation) return access;
    if (access === undefined) unknown.set(key, true, { start });
    else known.set(key, access, { start });
    return access;
  }

  return {
    async find(key, beforeLoad) {
      const entry = known.get(key);
      if (entry !== undefined || unknown.has(key)) return entry;
      let pending = loading.get(key);
      if (pending === undefined) {
        beforeLoad?.();
        pending = load(key).finally(() => {
          if (loading.get(key) === pending) loading.delete(key);
        });
        loading.set(key, pending);
      }
      return pending;
    },
    forget(accountId) {
      generation += 1;
      loading.clear();
      // One that was unknown may be this account's new one.
      unknown.clear();
      if (accountId === undefined) {
        known.clear();
        return;
      }
      for (const [key, access] of known.entries()) {
        if (options.accountOf(access) === accountId) known.delete(key);
      }
    },
  };
}
