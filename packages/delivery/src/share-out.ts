/** Shares a claim out over the lanes that are due: in turn over accounts, then over each account's lanes. */
import type { FairQueue, Queued } from "./fair-queue.ts";

/** Fewer a lane would make many small claims of a backlog. */
const FEWEST = 8;

export interface Share<L> {
  readonly lane: L;
  /** At most so many. */
  readonly room: number;
}

/**
 * At most `max` over all lanes. A lane without room leaves the queue: whoever gives it room adds it again.
 *
 * @example
 * shareOut(ready, 1_000, (lane) => lanes.room(lane)) // two accounts due: at most 500 each, over their lanes
 */
export function shareOut<L extends Queued>(
  ready: FairQueue<L>,
  max: number,
  roomOf: (lane: L) => number,
): Share<L>[] {
  const shares: Share<L>[] = [];
  const perAccount = Math.max(FEWEST, Math.floor(max / Math.max(1, ready.accounts)));
  let left = max;
  for (let accounts = ready.accounts; accounts > 0 && left > 0; accounts -= 1) {
    const lanes = ready.nextAccount();
    if (lanes === undefined) break;
    const perLane = Math.max(FEWEST, Math.floor(perAccount / lanes.size));
    let accountLeft = Math.min(perAccount, left);
    for (let each = lanes.size; each > 0 && accountLeft > 0; each -= 1) {
      const lane = lanes.rotate();
      if (lane === undefined) break;
      const room = roomOf(lane);
      if (room <= 0) {
        ready.delete(lane);
        continue;
      }
      const share = Math.min(room, perLane, accountLeft);
      shares.push({ lane, room: share });
      accountLeft -= share;
      left -= share;
    }
  }
  return shares;
}
