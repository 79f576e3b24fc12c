/**
 * Idempotency keys of requests that come at the same time are claimed with one statement.
 * One is in flight at a time; what arrives meanwhile makes the next.
 */
import {
  claimIdempotencyKeys,
  type ClaimResult,
  type IdempotencyClaim,
  type Queryable,
} from "@stellwerk/store";
import { unavailable } from "../errors.ts";

const MAX_PER_STATEMENT = 1_000;
const MAX_WAITING = 10_000;

export interface ClaimGatherer {
  /** Answers in the order of `claims`; rejects when the database does not answer. */
  claim(claims: readonly IdempotencyClaim[]): Promise<ClaimResult[]>;
}

interface Waiting {
  readonly claims: readonly IdempotencyClaim[];
  resolve(results: ClaimResult[]): void;
  reject(error: unknown): void;
}

export function createClaimGatherer(db: Queryable): ClaimGatherer {
  const waiting: Waiting[] = [];
  let waitingClaims = 0;
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = takeBatch();
      try {
        const results = await claimIdempotencyKeys(
          db,
          batch.flatMap((each) => each.claims),
        );
        let from = 0;
        for (const each of batch) {
          each.resolve(results.slice(from, from + each.claims.length));
          from += each.claims.length;
        }
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
    }
    running = false;
  }

  function takeBatch(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const each of waiting) {
      if (count > 0 && size + each.claims.length > MAX_PER_STATEMENT) break;
      size += each.claims.length;
      count += 1;
    }
    waitingClaims -= size;
    return waiting.splice(0, count);
  }

  return {
    claim(claims) {
      if (claims.length === 0) return Promise.resolve([]);
      if (waitingClaims + claims.length > MAX_WAITING) {
        return Promise.reject(unavailable("Too many requests with an idempotency key at once", 1));
      }
      waitingClaims += claims.length;
      return new Promise((resolve, reject) => {
        waiting.push({ claims, resolve, reject });
        // `run` catches everything itself.
        if (!running) void run();
      });
    },
  };
}
