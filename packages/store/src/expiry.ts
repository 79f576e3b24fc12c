/** Deliveries that waited for their whole retention: they end before their rows are dropped, and are told of. */
import type { Database } from "./database.ts";
import { insertOperations, type OperationsEvent } from "./operations.ts";
import { lockPartitions, promoteAndTell, type OrderedSubject } from "./order.ts";
import { firstIdAt } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const partitionsWithOldOrder = sqlFile("partitions-with-old-order");
const expireDeliveriesStatement = sqlFile("expire-deliveries");

const AT_ONCE = 5_000;

export interface ExpiredDeliveries {
  readonly accountId: string;
  readonly partition: number;
  readonly subscriptionId: string;
  /** Of the subscription. */
  readonly name: string;
  /** Alerts are not among them. */
  readonly count: number;
}

export interface ExpireOptions {
  /** Deliveries made before this. */
  readonly before: Date;
  /** What is told of the deliveries of one subscription that ended. */
  readonly tell: (expired: ExpiredDeliveries) => OperationsEvent;
}

interface ExpiredRows extends ExpiredDeliveries {
  readonly ended: number;
  readonly orderKeys: readonly string[];
}

function subjectsOf({ partition, orderKeys }: ExpiredRows): OrderedSubject[] {
  return orderKeys.map((orderKey) => ({ partition, orderKey }));
}

/** Resolves with how many ended. */
export async function expireDeliveries(db: Database, { before, tell }: ExpireOptions): Promise<number> {
  let total = 0;
  for (;;) {
    const ended = await db.transaction(async (tx) => {
      const old = [firstIdAt(before), AT_ONCE];
      const found = await tx.query<{ partition: number }>(partitionsWithOldOrder, old);
      const partitions = found.map((each) => each.partition);
      await lockPartitions(tx, partitions);
      const expired = await tx.query<ExpiredRows>(expireDeliveriesStatement, [...old, partitions]);
      await promoteAndTell(tx, expired.flatMap(subjectsOf));
      const told = expired.filter((each) => each.count > 0);
      await insertOperations(
        tx,
        told.map((each) => tell(each)),
      );
      return expired.reduce((sum, each) => sum + each.ended, 0);
    });
    total += ended;
    if (ended < AT_ONCE) return total;
  }
}
