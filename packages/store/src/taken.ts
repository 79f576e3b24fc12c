/**
 * What of a dispatcher's work the store took. By delivery and epoch: whoever lost a partition and took it again may come
 * with both runs of a delivery at once, and only one of them is good.
 */

interface AtEpoch {
  readonly deliveryId: string;
  readonly epoch: number;
}

export interface TakenRow {
  readonly delivery_id: string;
  readonly epoch: number;
}

/** Those of `asked` that come back in `rows`. */
export function takenOf<Asked extends AtEpoch>(
  asked: readonly Asked[],
  rows: readonly TakenRow[],
): Set<Asked> {
  const taken = new Set(rows.map((row) => `${row.delivery_id} ${row.epoch}`));
  return new Set(asked.filter(({ deliveryId, epoch }) => taken.has(`${deliveryId} ${epoch}`)));
}
