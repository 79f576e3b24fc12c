/** Plays the dispatcher with the store's own functions: routes what was published, records outcomes. */
import { partitionFor } from "@stellwerk/bus";
import { deliveryIdOf, formatId, newUuid, parseId } from "@stellwerk/delivery";
import { decodeHeaders, readEvent, readJson } from "@stellwerk/events";
import {
  claimDueDeliveries,
  type DeliveryOutcome,
  insertRoutedEvents,
  loadInstallation,
  recordOutcomes,
  takePartitions,
} from "@stellwerk/store";
import type { TestApi } from "./open-test-api.ts";
import { SAMPLE } from "./requests.ts";

/** Puts everything that was published since the last call into the log, with deliveries for `subscriptions`. */
export async function routePublished(
  api: TestApi,
  subscriptions: readonly { id: string; connectionId: string; order?: string }[] = [],
) {
  const accounts = await api.db.query<{ id: string; revision: number }>("SELECT id, revision FROM account");
  const revisions = new Map(accounts.map((account) => [account.id, account.revision]));
  const events = api.records.splice(0).map((record) => {
    const decoded = decodeHeaders(record.headers);
    if (!decoded.ok) throw new Error(decoded.reason);
    const { id, source, type, subject, time, contentType, accountId, traceparent } = decoded.attributes;
    const body = Buffer.from(record.value);
    const parsed = readJson(body);
    const { title, domain } = readEvent(parsed.ok ? parsed.value : {}, type);
    const account = uuid("acc", accountId ?? "");
    return {
      id: uuid("evt", id),
      accountId: account,
      sourceId: uuid("src", source.split("/").at(-1) ?? ""),
      type,
      subject: subject ?? null,
      time: new Date(time ?? 0),
      receivedAt: new Date(),
      contentType: contentType ?? "",
      title: title ?? null,
      domain: domain ?? null,
      revision: revisions.get(account) ?? 1,
      traceparent: traceparent ?? null,
      body,
    };
  });
  const partitions = (await loadInstallation(api.db))?.partitions ?? 1;
  const routed = await api.db.query<{ partition: number; seq: number }>(
    "SELECT partition, last_seq AS seq FROM partition_routed",
  );
  const lastSeq = new Map(routed.map(({ partition, seq }) => [partition, seq]));
  const deliveries = events.flatMap((event) => {
    const partition = partitionFor(formatId("acc", event.accountId), partitions);
    return subscriptions.map((subscription) => {
      const seq = (lastSeq.get(partition) ?? 0) + 1;
      lastSeq.set(partition, seq);
      return {
        id: deliveryIdOf(event.id, uuid("sub", subscription.id)),
        accountId: event.accountId,
        eventId: event.id,
        subscriptionId: uuid("sub", subscription.id),
        subscriptionVersion: 1,
        connectionId: uuid("con", subscription.connectionId),
        partition,
        seq,
        ordered: subscription.order === "subject",
        claimedEpoch: null,
      };
    });
  });
  const reached = [...lastSeq].map(([partition, last]) => ({
    partition,
    nextOffset: 0,
    nextOperationsOffset: 0,
    lastSeq: last,
  }));
  await insertRoutedEvents(api.db, events, deliveries, reached);
}

/** An event at a hook, with its delivery for `subscription` as the API shows it. */
export async function makeDelivery(
  api: TestApi,
  hook: string,
  subscription: { id: string; connectionId: string },
  raw = SAMPLE,
) {
  const { body } = await api.call("POST", hook, { raw, headers: { "content-type": "application/json" } });
  await routePublished(api, [subscription]);
  const list = await api.call("GET", `/v1/deliveries?event=${body.id}`);
  if (list.body.items.length !== 1) throw new Error(`one delivery was expected: ${list.bytes.toString()}`);
  return list.body.items[0];
}

function uuid(prefix: Parameters<typeof parseId>[0], id: string): string {
  const found = parseId(prefix, id);
  if (found === undefined) throw new Error(`${id} is not a ${prefix}_ id`);
  return found;
}

/** Claims what is due of a subscription and ends it as `change` says. */
export async function attemptAll(
  api: TestApi,
  subscription: { id: string },
  change: Partial<DeliveryOutcome> = {},
): Promise<void> {
  const id = newUuid();
  const { partitions } = await takePartitions(api.db, { id, host: "test", pid: 1 });
  const lanes = partitions.map(({ partition, epoch }) => ({
    partition,
    epoch,
    subscriptionId: uuid("sub", subscription.id),
    room: 100,
    bodyRoom: 1_000_000,
  }));
  const claimed = await claimDueDeliveries(api.db, id, lanes);
  const outcomes = claimed.map((delivery): DeliveryOutcome => {
    const number = delivery.attempts + 1;
    return {
      deliveryId: delivery.deliveryId,
      partition: delivery.partition,
      epoch: delivery.epoch,
      state: "delivered",
      held: false,
      retryInMs: 0,
      attempts: number,
      possiblySent: false,
      reason: null,
      detail: "The target answered 200.",
      attempt: {
        id: newUuid(),
        number,
        startedAt: new Date(),
        durationMs: 12,
        outcome: "delivered",
        reason: null,
        detail: "The target answered 200.",
        request: { method: "POST", url: "https://example.com/hooks/1", headers: {} },
        reply: { status: 200, headers: { "content-type": "text/plain" }, body: Buffer.from("thanks") },
      },
      ...change,
    };
  });
  await recordOutcomes(api.db, id, outcomes);
}
