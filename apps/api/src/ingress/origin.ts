/** Where an event came from, as it stands in its record. Formatted once per cache entry, not per event. */
import { formatId } from "@stellwerk/delivery";

export interface Origin {
  readonly accountId: string;
  readonly sourceId: string;
  /** `acc_…`: the record's key. */
  readonly account: string;
  /** `/accounts/acc_…/sources/src_…` */
  readonly path: string;
}

export function originOf(accountId: string, sourceId: string): Origin {
  const account = formatId("acc", accountId);
  return { accountId, sourceId, account, path: `/accounts/${account}/sources/${formatId("src", sourceId)}` };
}
