/**
 * The access token of one connection in one process: kept in memory, renewed ahead of its end, and renewed once
 * however many requests were refused with it. No lock is held while the vendor is asked: the new token is stored by
 * compare-and-set on the version, and who loses takes the winner's.
 */
import { requestToken, type TokenFailure, type TokenParts } from "./token-request.ts";
import type { OAuthToken, StoredToken, TokenStore } from "./token.ts";

/** After a renewal ahead of time that came to nothing, while the old token is still good. */
const AHEAD_AGAIN_MS = 10_000;
/**
 * The refresh token we sent was spent by another process whose new one is about to be stored: how often, and how long
 * apart, we look for it before we believe that it was withdrawn.
 */
const WINNER_LOOKS = 5;
const WINNER_LOOK_MS = 200;
/** A store that is away for a moment must not cost us a refresh token that the vendor has rotated already. */
const SAVE_TRIES = 3;
const SAVE_AGAIN_MS = 200;

export interface AccessTokensOptions extends TokenParts {
  readonly store: TokenStore;
}

export type Access =
  | { readonly ok: true; readonly token: OAuthToken; readonly version: number }
  | { readonly ok: false; readonly outcome: TokenFailure };

export interface AccessTokens {
  /** One that is good for a while. Rejects only when the store is away. */
  current(): Promise<Access>;
  /** The vendor refused the token of this version: another one. */
  renew(refused: number): Promise<Access>;
  /** The stored one may be another now: somebody connected it anew. */
  forget(): void;
}

/**
 * One for each connection and process: that is what makes ten parallel 401s one refresh.
 *
 * @example
 * const tokens = createAccessTokens({ connector, auth, settings, secrets, http, store });
 * const access = await tokens.current();
 */
export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  return new TokensOfConnection(options);
}

class TokensOfConnection implements AccessTokens {
  readonly #options: AccessTokensOptions;
  #known: StoredToken | undefined;
  /** The vendor gave it and the store did not take it; the store's is spent. */
  #unsaved: StoredToken | undefined;
  #loading: Promise<StoredToken | undefined> | undefined;
  #renewing: Promise<Access> | undefined;
  #quietUntilMs = 0;

  constructor(options: AccessTokensOptions) {
    this.#options = options;
  }

  async current(): Promise<Access> {
    await this.#saveLate();
    const stored = this.#known ?? (await this.#load());
    if (stored === undefined) return this.#renewOnce(0);
    const { expiresAtMs = Infinity, renewAtMs = expiresAtMs } = stored.token;
    const nowMs = this.#now().getTime();
    if (nowMs < renewAtMs || (nowMs < expiresAtMs && nowMs < this.#quietUntilMs)) return accessOf(stored);
    const renewed = await this.#renewOnce(stored.version);
    if (renewed.ok || nowMs >= expiresAtMs) return renewed;
    // It still has a moment to live; whoever needs it after that is told.
    this.#quietUntilMs = nowMs + AHEAD_AGAIN_MS;
    return accessOf(stored);
  }

  async renew(refused: number): Promise<Access> {
    await this.#saveLate();
    const known = this.#known;
    return known !== undefined && known.version > refused ? accessOf(known) : this.#renewOnce(refused);
  }

  forget(): void {
    this.#known = undefined;
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #load(): Promise<StoredToken | undefined> {
    this.#loading ??= this.#options.store
      .loadToken()
      .then((stored) => {
        if (stored !== undefined && stored.version > (this.#known?.version ?? 0)) this.#known = stored;
        return this.#known;
      })
      .finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** At most one at a time: whoever comes meanwhile gets what it comes to. */
  #renewOnce(after: number): Promise<Access> {
    this.#renewing ??= this.#renewal(after).finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renewal(after: number): Promise<Access> {
    const before = await this.#load();
    // Another process, or a request a moment ago, has done it.
    if (before !== undefined && before.version > after) return accessOf(before);
    const asked = await requestToken(this.#options, before?.token);
    if (!asked.ok) return (await this.#winner(asked.outcome, before)) ?? asked;
    // Where the vendor does not rotate, the refresh token stays.
    const token = { refreshToken: before?.token.refreshToken, extra: before?.token.extra, ...asked.token };
    return this.#keep({ version: (before?.version ?? 0) + 1, token });
  }

  async #keep(made: StoredToken): Promise<Access> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#save(made);
      } catch {
        // Whatever the store's trouble is, the vendor knows this token alone.
        if (tries === SAVE_TRIES) {
          this.#known = this.#unsaved = made;
          return accessOf(made);
        }
        await wait(SAVE_AGAIN_MS);
      }
    }
  }

  async #save(made: StoredToken): Promise<Access> {
    if (await this.#options.store.saveTokenIf(made.version - 1, made.token)) {
      this.#known = made;
      return accessOf(made);
    }
    this.#known = undefined;
    const stored = await this.#load();
    // Deleted meanwhile: this one is good for what is under way.
    return accessOf(stored ?? made);
  }

  async #saveLate(): Promise<void> {
    const made = this.#unsaved;
    if (made === undefined) return;
    this.#unsaved = undefined;
    await this.#save(made).catch(() => (this.#unsaved = made));
  }

  /** Refused because another process renewed at the same moment: its token is ours, too. */
  async #winner(outcome: TokenFailure, before: StoredToken | undefined): Promise<Access | undefined> {
    if (outcome.kind !== "auth" || before?.token.refreshToken === undefined) return undefined;
    for (let look = 0; look < WINNER_LOOKS; look += 1) {
      const stored = await this.#load();
      if (stored !== undefined && stored.version > before.version) return accessOf(stored);
      await wait(WINNER_LOOK_MS);
    }
    return undefined;
  }
}

function accessOf({ token, version }: StoredToken): Access {
  return { ok: true, token, version };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
