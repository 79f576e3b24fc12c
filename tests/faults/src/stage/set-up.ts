/** What the drill sends to: each way of repeating, with and without order. */
import { ApiClient } from "@stellwerk/e2e/api-client.ts";

export const EVENT_TYPE = "fault_drill";

/** Long enough to outlast every fault: what runs out of it would be dead, and not lost. */
const SCHEDULE = ["1s", "1s", "2s", "2s", ...Array<string>(16).fill("4s")];

export interface DrillSubscription {
  readonly id: string;
  readonly repeat: "key" | "probe" | "never";
  readonly ordered: boolean;
}

export interface DrillAccount {
  readonly id: string;
  readonly key: string;
  readonly subscriptions: readonly DrillSubscription[];
}

/** Accounts of their own, so that the work is shared among partitions and with them among dispatchers. */
export async function setUpDrill(
  admin: ApiClient,
  receiverUrl: string,
  count: number,
): Promise<DrillAccount[]> {
  const accounts: DrillAccount[] = [];
  for (let number = 1; number <= count; number += 1) {
    const { id } = await admin.post<{ id: string }>("/v1/accounts", { name: `Agency ${number}` });
    const scopes = ["publish", "read", "manage"];
    const made = await admin.call<{ key: string }>(
      "POST",
      "/v1/keys",
      { name: "Drill", scopes },
      { "stellwerk-account": id },
    );
    const { key } = made.body;
    accounts.push({
      id,
      key,
      subscriptions: await subscribeDrill(new ApiClient(admin.baseUrl, key), receiverUrl),
    });
  }
  return accounts;
}

async function subscribeDrill(api: ApiClient, receiverUrl: string): Promise<DrillSubscription[]> {
  const subscribe = async (body: object): Promise<{ id: string; connectionId: string }> =>
    api.post("/v1/subscriptions", {
      eventTypes: [EVENT_TYPE],
      retry: { schedule: SCHEDULE },
      ...body,
    });
  const webhook = { connector: "webhook", settings: { url: receiverUrl } };
  const drill = { connector: "drill", name: "Drill", settings: { url: receiverUrl } };
  const plain = await subscribe({ name: "Plain", action: "webhook.send", connection: webhook });
  const first = await subscribe({
    name: "Ordered",
    action: "webhook.send",
    connection: { ...webhook, name: "In order" },
    order: "subject",
  });
  const second = await subscribe({
    name: "Ordered too",
    action: "webhook.send",
    connectionId: first.connectionId,
    order: "subject",
  });
  const looks = await subscribe({ name: "Looks first", action: "drill.look_first", connection: drill });
  const never = await subscribe({
    name: "Never again",
    action: "drill.never_again",
    connectionId: looks.connectionId,
  });
  return [
    { id: plain.id, repeat: "key", ordered: false },
    { id: first.id, repeat: "key", ordered: true },
    { id: second.id, repeat: "key", ordered: true },
    { id: looks.id, repeat: "probe", ordered: false },
    { id: never.id, repeat: "never", ordered: false },
  ];
}
