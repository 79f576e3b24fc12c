/**
 * Keys and tokens behind their limits: how often a known one may be used, and how often a client may come with an
 * unknown one. Guessing is slow that way and does not reach the database every time, while whoever is in use
 * already is never kept out by somebody who guesses from the same address.
 */
import type { IncomingMessage } from "node:http";
import { LRUCache } from "lru-cache";
import { type ProblemError, rateLimited } from "../errors.ts";
import type { RateLimit } from "./rate-limit.ts";

/** Hashes of those that were looked up before: about 100 bytes each. */
const REMEMBERED = 20_000;

export interface LimitedAccess<Access> {
  /** Undefined when it is unknown. Throws a 429 when it, or guessing, is used too fast. */
  find(hash: Buffer, request: IncomingMessage): Promise<Access | undefined>;
  /** For a batch: `count` more than the one that `find` took from `id`. */
  charge(id: string, count: number): void;
}

export interface LimitedAccessOptions<Access> {
  find(hash: Buffer, beforeLoad: () => void): Promise<Access | undefined>;
  idOf(access: Access): string;
  clientOf(request: IncomingMessage): string;
  readonly rate: RateLimit;
  /** One for keys and tokens together. */
  readonly misses: RateLimit;
  readonly names: {
    /** Where a request has it: a header, or part of the path. */
    readonly path: string;
    /** "API key" */
    readonly thing: string;
    readonly setting: string;
  };
}

export function limitAccess<Access extends object>(
  options: LimitedAccessOptions<Access>,
): LimitedAccess<Access> {
  const { rate, misses, names } = options;
  const foundBefore = new LRUCache<string, true>({ max: REMEMBERED });
  /** An old hook URL that a platform still calls, every few seconds anew: it is wrong, but it guesses nothing. */
  const missedBefore = new LRUCache<string, true>({ max: REMEMBERED });

  return {
    async find(hash, request) {
      let client: string | undefined;
      const access = await options.find(hash, () => {
        client = options.clientOf(request);
        const name = hash.toString("base64");
        if (foundBefore.has(name) || missedBefore.has(name)) return;
        const wait = misses.waitSeconds(client);
        if (wait > 0) throw tooManyUnknown(names, misses, wait);
      });
      if (client !== undefined) remember(hash.toString("base64"), access, client);
      if (access === undefined) return undefined;
      const wait = rate.take(options.idOf(access));
      if (wait > 0) throw tooFast(names, rate, wait);
      return access;
    },
    charge: (id, count) => rate.charge(id, count),
  };

  function remember(name: string, access: Access | undefined, client: string): void {
    if (access !== undefined) {
      foundBefore.set(name, true);
    } else if (!missedBefore.has(name)) {
      missedBefore.set(name, true);
      misses.charge(client, 1);
    }
  }
}

type Names = LimitedAccessOptions<never>["names"];

function tooFast({ path, thing, setting }: Names, { rate }: RateLimit, waitSeconds: number): ProblemError {
  return rateLimited(
    {
      path,
      message: `this ${thing} is used too often`,
      expected: `at most ${rate.perSecond} requests a second for one ${thing}, each event of a batch counted`,
      received: "more than that",
      fix: `Wait ${waitSeconds} s and send the same again. The operator sets the limit with ${setting}.`,
    },
    waitSeconds,
  );
}

function tooManyUnknown({ path, thing }: Names, { rate }: RateLimit, waitSeconds: number): ProblemError {
  return rateLimited(
    {
      path,
      message: `too many unknown keys and hook URLs came from this address; this ${thing} was not looked up`,
      expected: `at most ${rate.perSecond} unknown ones a second from one address`,
      received: "more than that",
      fix: `Wait ${waitSeconds} s, and use a key or hook URL that is in force. Behind a proxy, the operator names it in STELLWERK_TRUSTED_PROXIES.`,
    },
    waitSeconds,
  );
}
