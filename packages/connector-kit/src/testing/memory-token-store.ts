/** A token store in memory, for tests: several processes may share one. */
import type { OAuthToken, StoredToken, TokenStore } from "../oauth/token.ts";

export interface MemoryTokenStore extends TokenStore {
  readonly stored: StoredToken | undefined;
  /** So many of the next saves fail, as when the database is away. */
  failSaves(count: number): void;
}

export function openMemoryTokenStore(first?: OAuthToken): MemoryTokenStore {
  let stored: StoredToken | undefined = first === undefined ? undefined : { version: 1, token: first };
  let failing = 0;
  return {
    get stored() {
      return stored;
    },
    failSaves: (count) => (failing = count),
    loadToken: () => Promise.resolve(stored),
    saveTokenIf(version, token) {
      if (failing > 0) {
        failing -= 1;
        return Promise.reject(new Error("the database is away"));
      }
      if ((stored?.version ?? 0) !== version) return Promise.resolve(false);
      stored = { version: version + 1, token };
      return Promise.resolve(true);
    },
  };
}
