/**
 * Claims that stay behind: what was cut off in the middle of its call, or could not be written. It may have been sent,
 * so it must not be given back as if it was not: whoever takes its partition next finds it, and says so.
 */
import type { ClaimedDelivery } from "@stellwerk/store";

export class LeftClaims {
  readonly #byPartition = new Map<number, Set<string>>();

  add({ partition, deliveryId }: Pick<ClaimedDelivery, "partition" | "deliveryId">): void {
    const ids = this.#byPartition.get(partition);
    if (ids === undefined) this.#byPartition.set(partition, new Set([deliveryId]));
    else ids.add(deliveryId);
  }

  has(partition: number): boolean {
    return this.#byPartition.has(partition);
  }

  ids(): string[] {
    return [...this.#byPartition.values()].flatMap((ids) => [...ids]);
  }

  /** They are somebody else's to look after, or wait again under a new epoch. */
  forget(partition: number): void {
    this.#byPartition.delete(partition);
  }
}
