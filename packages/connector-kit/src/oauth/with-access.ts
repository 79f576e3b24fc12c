/**
 * One attempt with an access token: with the one at hand and, when the target refuses it, once more with a new one.
 * So an attempt asks for at most one new token and its action runs at most twice, however often the target says 401.
 */
import type { Access, AccessTokens } from "./access-tokens.ts";
import type { TokenFailure } from "./token-request.ts";
import type { OAuthToken } from "./token.ts";

export interface AccessedWork<Result> {
  /** Undefined: the connection proves who it is by other means. */
  readonly tokens: AccessTokens | undefined;
  /** From now on requests carry this one. */
  use(token: OAuthToken): void;
  run(): Promise<Result>;
  /** The token was refused, and running again repeats nothing. */
  isRefused(result: Result): boolean;
  /** There is no token. */
  failed(outcome: TokenFailure): Result;
  /** The time is up before there is one. */
  readonly stopped: Promise<Result>;
}

export async function withAccess<Result extends object>(work: AccessedWork<Result>): Promise<Result> {
  const { tokens } = work;
  if (tokens === undefined) return work.run();
  const first = await Promise.race([tokens.current().then(accessed), work.stopped]);
  if (!(first instanceof Accessed)) return first;
  if (!first.access.ok) return work.failed(first.access.outcome);
  work.use(first.access.token);
  const result = await work.run();
  if (!work.isRefused(result)) return result;
  const second = await Promise.race([tokens.renew(first.access.version).then(accessed), work.stopped]);
  if (!(second instanceof Accessed)) return second;
  if (!second.access.ok) return work.failed(second.access.outcome);
  work.use(second.access.token);
  return work.run();
}

/** Tells it from a result, whatever that is. */
class Accessed {
  readonly access: Access;
  constructor(access: Access) {
    this.access = access;
  }
}

const accessed = (access: Access): Accessed => new Accessed(access);
