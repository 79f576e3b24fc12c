/** The first half of a polite hand-over: nothing new is begun, and what is in hand is finished or given back. */
import type { Lanes } from "@stellwerk/delivery";
import { StoreUnavailableError, type ClaimedDelivery } from "@stellwerk/store";
import type { ClaimGuard } from "./claim-guard.ts";
import type { GivenBack } from "./given-back.ts";
import type { LeftClaims } from "./left-claims.ts";

export interface DrainParts {
  /** They start nothing of the partition any more: it is closed for them. */
  readonly lanes: Lanes<ClaimedDelivery>;
  readonly claims: ClaimGuard;
  readonly givenBack: GivenBack;
  readonly leftClaims: LeftClaims;
}

/** Answers whether nothing of it is left claimed. */
export async function drainPartition(parts: DrainParts, partition: number): Promise<boolean> {
  const { lanes, claims, givenBack, leftClaims } = parts;
  await lanes.leave(partition);
  // What was being claimed when the lanes closed comes in after that, and goes back at once.
  await untilReached(() => claims.quiet());
  await lanes.leave(partition);
  await givenBack.done();
  // To give back may have failed on the way: then the guard has given back everything that is not in hand.
  await untilReached(() => claims.quiet());
  lanes.forget(partition);
  return !leftClaims.has(partition);
}

async function untilReached(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      // The guard has waited a little already.
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }
}
