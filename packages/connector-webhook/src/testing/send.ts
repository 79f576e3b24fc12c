/** Sends with the webhook connector as the api and the dispatcher do it: parsed when saved, then attempted. */
import { connectorEvent, createHttpClient, parseConnection, performAttempt } from "@stellwerk/connector-kit";
import type { AttemptResult, ConnectorEvent, ConnectorEventFields } from "@stellwerk/connector-kit";
import { webhook } from "../index.ts";

export const SAMPLE = Buffer.from('{ "event":"website_status_changed",\n "website":{"id":321654} }');

export function event(fields: Partial<ConnectorEventFields> = {}): ConnectorEvent {
  return connectorEvent({
    id: "evt_01k0000000000000000000000a",
    type: "website_status_changed",
    subject: "website/321654",
    time: new Date("2026-11-23T12:00:00.5Z"),
    source: "src_01k0000000000000000000000a",
    contentType: "application/json; charset=utf-8",
    body: SAMPLE,
    ...fields,
  });
}

export interface Send {
  readonly url: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly input?: unknown;
  readonly event?: ConnectorEvent;
  readonly attempt?: number;
  readonly now?: Date;
  readonly deadlineMs?: number;
}

export async function send(
  given: Send,
): Promise<{ readonly result: AttemptResult; readonly secret: string }> {
  const raw = { settings: { url: given.url, ...given.settings }, secrets: given.secrets };
  const parsed = parseConnection(webhook, raw, { makeSecrets: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const http = createHttpClient({
    userAgent: "Stellwerk/1.2.3 (+webhooks)",
    allowAddresses: ["127.0.0.0/8"],
  });
  try {
    const result = await performAttempt({
      connector: webhook,
      action: webhook.actions["send"]!,
      input: given.input ?? {},
      ...parsed.value,
      key: "dlv_01k0000000000000000000000a",
      attempt: given.attempt ?? 1,
      event: given.event ?? event(),
      http,
      deadlineMs: given.deadlineMs ?? 2_000,
      now: () => given.now ?? new Date(),
    });
    const { signingSecret } = parsed.value.secrets as { signingSecret: string };
    return { result, secret: signingSecret };
  } finally {
    await http.close();
  }
}
