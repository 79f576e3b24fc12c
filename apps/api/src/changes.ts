/**
 * Changes of an account's configuration: one at a time for each account, each with a revision
 * that the dispatchers hear of, and each creation done once per idempotency key.
 */
import { newUuid } from "@stellwerk/delivery";
import { claimIdempotencyKeys, type Queryable, raiseRevision } from "@stellwerk/store";
import { idempotencyConflict } from "./errors.ts";
import type { Idempotency } from "./http/route.ts";
import type { Services } from "./services.ts";

export function changeConfiguration<T>(
  services: Pick<Services, "db">,
  accountId: string,
  change: (tx: Queryable, revision: number) => Promise<T>,
): Promise<T> {
  return services.db.transaction(async (tx) => change(tx, await raiseRevision(tx, accountId)));
}

/** What a creation needs of its request. */
export interface CreationRequest {
  readonly accountId: string;
  readonly route: string;
  readonly idempotency: Idempotency | undefined;
}

/**
 * Runs `create` with a new id in one transaction, unless the request's key was used before:
 * then the id of what was created at that time comes back.
 */
export function createOnce(
  services: Pick<Services, "db">,
  request: CreationRequest,
  create: (tx: Queryable, id: string) => Promise<void>,
): Promise<{ id: string; repeated: boolean }> {
  return services.db.transaction(async (tx) => {
    const id = newUuid();
    const earlier = await claimKey(tx, request, id);
    if (earlier !== undefined) return { id: earlier, repeated: true };
    await create(tx, id);
    return { id, repeated: false };
  });
}

/** The id that the key stands for already; undefined when this request is the first with it. */
export async function claimKey(
  tx: Queryable,
  { accountId, route, idempotency }: CreationRequest,
  resourceId: string,
): Promise<string | undefined> {
  if (idempotency === undefined) return undefined;
  const [result] = await claimIdempotencyKeys(tx, [{ accountId, route, ...idempotency, resourceId }]);
  if (result === undefined || result.kind === "conflict") throw idempotencyConflict("idempotency-key");
  return result.kind === "repeat" ? result.resourceId : undefined;
}
