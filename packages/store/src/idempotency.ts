/**
 * Idempotency keys: whoever comes first with a key fixes the resource that it stands for;
 * everybody else with that key and the same body gets the same one.
 */
import { createHash } from "node:crypto";
import type { Database, Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import { sqlFile } from "./sql-file.ts";

const claimIdempotencyKeysStatement = sqlFile("claim-idempotency-keys");
const keepIdempotentAnswerStatement = sqlFile("keep-idempotent-answer");
const findIdempotentAnswerStatement = sqlFile("find-idempotent-answer");
const forgetExpiredIdempotencyKeysStatement = sqlFile("forget-expired-idempotency-keys");

const FORGET_AT_ONCE = 5_000;

export interface IdempotencyClaim {
  readonly accountId: string;
  /** Keys of one route do not meet those of another. */
  readonly route: string;
  /** SHA-256 in hex, as are the bodies'. */
  readonly keyHash: string;
  readonly bodyHash: string;
  /** The id that a new resource would get. */
  readonly resourceId: string;
}

/** `conflict`: the key was used with another body. */
export type ClaimResult =
  | { readonly kind: "new" | "repeat"; readonly resourceId: string }
  | { readonly kind: "conflict" };

export function hashForIdempotency(...parts: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

/** Answers in the order of `claims`. The same key may stand in them more than once. */
export async function claimIdempotencyKeys(
  db: Queryable,
  claims: readonly IdempotencyClaim[],
): Promise<ClaimResult[]> {
  // PostgreSQL refuses to upsert one row twice in a statement: the first of each key goes in.
  const first = new Map<string, IdempotencyClaim>();
  for (const claim of claims) {
    const id = identityOf(claim);
    if (!first.has(id)) first.set(id, claim);
  }
  const rows = await db.query<IdempotencyClaim>(claimIdempotencyKeysStatement, [
    jsonParameter(
      [...first.values()].map((claim) => ({
        account_id: claim.accountId,
        route: claim.route,
        key_hash: claim.keyHash,
        body_hash: claim.bodyHash,
        resource_id: claim.resourceId,
      })),
    ),
  ]);
  const kept = new Map(rows.map((row) => [identityOf(row), row]));
  return claims.map((claim) => {
    const row = kept.get(identityOf(claim));
    if (row?.bodyHash !== claim.bodyHash) return { kind: "conflict" };
    return { kind: row.resourceId === claim.resourceId ? "new" : "repeat", resourceId: row.resourceId };
  });
}

type ClaimedKey = Pick<IdempotencyClaim, "accountId" | "route" | "keyHash">;

/** For a request that makes no single thing: a repeat is answered the same. The key is claimed in this transaction. */
export async function keepIdempotentAnswer(tx: Queryable, key: ClaimedKey, answer: unknown): Promise<void> {
  await tx.query(keepIdempotentAnswerStatement, [
    key.accountId,
    key.route,
    key.keyHash,
    jsonParameter(answer),
  ]);
}

export async function findIdempotentAnswer(db: Queryable, key: ClaimedKey): Promise<unknown> {
  const values = [key.accountId, key.route, key.keyHash];
  const [row] = await db.query<{ answer: unknown }>(findIdempotentAnswerStatement, values);
  return row?.answer;
}

function identityOf(claim: ClaimedKey): string {
  return `${claim.accountId} ${claim.keyHash} ${claim.route}`;
}

/**
 * Called now and then. A write of its own for every so many, because whoever uses one of these keys anew waits for it;
 * until none is left, because at a thousand keys a second any fixed number an hour would be too few.
 */
export async function forgetExpiredIdempotencyKeys(db: Database): Promise<void> {
  let forgotten: unknown[];
  do {
    forgotten = await db.query(forgetExpiredIdempotencyKeysStatement, [FORGET_AT_ONCE]);
  } while (forgotten.length === FORGET_AT_ONCE);
}
