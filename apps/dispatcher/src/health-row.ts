/** A breaker as the store keeps it, and back. */
import type { BreakerSnapshot, BreakerWrite } from "@stellwerk/delivery";
import type { KeptTargetHealth, TargetHealth } from "@stellwerk/store";

/** `reason` of the last failure; null keeps the one before. */
export function healthRow(write: BreakerWrite, epoch: number, reason: string | null): TargetHealth {
  const { snapshot, partition, accountId, subscriptionId } = write;
  const place = { partition, epoch, accountId, subscriptionId };
  if (snapshot.failingSinceMs === null) return { ...place, failing: null };
  return {
    ...place,
    failing: {
      breaker: snapshot.state === "half-open" ? "half_open" : snapshot.state,
      failingSince: new Date(snapshot.failingSinceMs),
      openedAt: dateOf(snapshot.openedAtMs),
      probeAt: dateOf(snapshot.probeAtMs),
      reason,
      snapshot,
    },
  };
}

export function breakerOfRow({ snapshot, ...place }: KeptTargetHealth): BreakerWrite {
  // Written by `healthRow`, of this version or one before it.
  return { ...place, snapshot: snapshot as BreakerSnapshot };
}

function dateOf(wallMs: number | null): Date | null {
  return wallMs === null ? null : new Date(wallMs);
}
