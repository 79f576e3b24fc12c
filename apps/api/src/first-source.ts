/**
 * What the first start makes, so that a first event can be sent and seen at once: a source, and
 * behind it an inbox that takes every event. Made by the same functions as through the API.
 */
import { createTargetCheck } from "@stellwerk/connector-kit";
import { formatId, newUuid } from "@stellwerk/delivery";
import { accountHasHadSource, type Database, findSource, openAccounts } from "@stellwerk/store";
import { changeConfiguration } from "./changes.ts";
import type { Services } from "./services.ts";
import { createSource, showSource } from "./sources/source.ts";
import { checkSubscriptionDraft, createSubscription } from "./subscriptions/create-subscription.ts";
import { newSubscription } from "./subscriptions/subscription.ts";

export interface FirstSource {
  readonly sourceId: string;
  readonly hookUrl: string;
  readonly connectionId: string;
  readonly subscriptionId: string;
}

export interface FirstSourceParts extends Pick<Services, "connectors" | "sealer"> {
  readonly db: Database;
  readonly publicUrl: string;
}

/** Undefined when the account has, or ever had, a source: may be called at every start. */
export async function makeFirstSource(
  parts: FirstSourceParts,
  accountId: string,
): Promise<FirstSource | undefined> {
  const draft = newSubscription.parse({
    name: "Everything to the inbox",
    eventTypes: ["*"],
    action: "inbox.keep",
    connection: { connector: "inbox", name: "Inbox" },
  });
  // An inbox sends nowhere, so nothing has to be allowed.
  const db = (await openAccounts(parts.db)).of(accountId);
  const services = { ...parts, db, targets: createTargetCheck() };
  const { inline } = await checkSubscriptionDraft(draft, accountId, services);
  const sourceId = newUuid();
  const subscriptionId = newUuid();
  const connectionId = await changeConfiguration({ db }, accountId, async (tx, revision) => {
    if (await accountHasHadSource(tx, accountId)) return undefined;
    await createSource(tx, accountId, sourceId, { name: "My first source", kind: "sitejet" }, parts.sealer);
    return createSubscription(tx, accountId, revision, subscriptionId, draft, inline, parts);
  });
  const row = connectionId && (await findSource(db, accountId, sourceId));
  if (!row) return undefined;
  const shown = showSource(row, { sealer: parts.sealer, publicUrl: () => parts.publicUrl }, true);
  return {
    sourceId: shown.id,
    hookUrl: shown.hookUrl ?? "",
    connectionId: formatId("con", connectionId),
    subscriptionId: formatId("sub", subscriptionId),
  };
}
