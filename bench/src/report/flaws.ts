/** What must not be in a ledger, in words; empty when it is in order. */
import type { Account } from "../measure/account.ts";

export function flawsOf({ missing, missingWebsites, surplus, altered }: Account): string[] {
  const named = missingWebsites.map((id) => `website ${id}`).join(", ");
  return [
    ...(missing > 0 ? [`${missing} deliveries of accepted events are missing (${named}, …)`] : []),
    ...(surplus > 0 ? [`${surplus} deliveries were made twice under different webhook-ids`] : []),
    ...(altered > 0 ? [`${altered} bodies arrived altered`] : []),
  ];
}
