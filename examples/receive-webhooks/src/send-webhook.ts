/** The real connector's bytes, as the dispatcher sends them. */
import {
  connectorEvent,
  createHttpClient,
  parseConnection,
  performAttempt,
  type RawConnection,
} from "@stellwerk/connector-kit";
import { openReceiver, type ReceivedRequest } from "@stellwerk/connector-kit/testing";
import { webhook } from "@stellwerk/connector-webhook";

export const signing = webhook.connection.signing!;

/** A connection as it is saved. */
export function makeConnection(settings: Readonly<Record<string, unknown>> = {}): RawConnection {
  const raw = { settings: { url: "http://127.0.0.1", ...settings }, secrets: undefined };
  const parsed = parseConnection(webhook, raw, { makeSecrets: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { settings: saved, secrets } = parsed.value;
  return { settings: saved, secrets: signing.complete(saved, secrets) };
}

export function rotate(connection: RawConnection): RawConnection {
  const day = { overlapMs: 86_400_000, now: new Date() };
  const rotated = signing.rotate(connection.settings, connection.secrets, day);
  if (!rotated.ok) throw new Error(JSON.stringify(rotated.problems));
  return { ...connection, secrets: rotated.value };
}

export function secretOf({ secrets }: RawConnection): string {
  return (secrets as { signingSecret: string }).signingSecret;
}

export interface Message {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType?: string;
  /** When it was signed. */
  readonly now?: Date;
}

/** The receiver's status. */
export async function send(url: string, connection: RawConnection, message: Message): Promise<number> {
  const http = createHttpClient({ userAgent: "Stellwerk", allowAddresses: ["127.0.0.0/8"] });
  try {
    const { outcome, reply } = await performAttempt({
      connector: webhook,
      action: webhook.actions["send"]!,
      input: {},
      settings: { ...(connection.settings as object), url },
      secrets: connection.secrets,
      key: message.key,
      attempt: 1,
      event: connectorEvent({
        id: "evt_01k0000000000000000000000a",
        type: "website_created",
        time: new Date(),
        source: "src_01k0000000000000000000000a",
        contentType: message.contentType ?? "application/json",
        body: message.body,
      }),
      http,
      deadlineMs: 10_000,
      now: () => message.now ?? new Date(),
    });
    if (reply === undefined) throw new Error(JSON.stringify(outcome));
    return reply.status;
  } finally {
    await http.close();
  }
}

/** What would arrive. */
export async function capture(connection: RawConnection, message: Message): Promise<ReceivedRequest> {
  await using receiver = await openReceiver();
  await send(receiver.url, connection, message);
  const [request] = receiver.requests;
  if (request === undefined) throw new Error("nothing arrived");
  return request;
}
