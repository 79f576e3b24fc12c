/** Deliveries that waited for their whole retention: they end before their rows are dropped, and are told of. */
import type { Database } from "./database.ts";
import { insertOperations, type OperationsEvent } from "./operations.ts";
import { firstIdAt } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

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

/** Resolves with how many ended. */
export async function expireDeliveries(db: Database, { before, tell }: ExpireOptions): Promise<number> {
  let total = 0;
  for (;;) {
    const ended = await db.transaction(async (tx) => {
      const expired = await tx.query<ExpiredDeliveries & { ended: number }>(expireDeliveriesStatement, [
        firstIdAt(before),
        AT_ONCE,
      ]);
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
