/** What an attempt of a delivery, and a look for it, are called with. */
import { connectorEvent, type AttemptOptions, type HttpClient } from "@stellwerk/connector-kit";
import { formatId } from "@stellwerk/delivery";
import { readEventData } from "@stellwerk/events";
import { loadRemembered, type ClaimedDelivery, type Database } from "@stellwerk/store";
import type { ConnectionTokens } from "./connection-tokens.ts";
import { rememberedPlace } from "./remembering.ts";
import type { Runnable, Target } from "./targets.ts";

/** One budget over connect, headers and body of an attempt. */
export const ATTEMPT_DEADLINE_MS = 15_000;
/** Instead of a source's id on operations events, which have none. */
const OPERATIONS = "operations";

export interface CallParts {
  readonly db: Database;
  readonly tokens: ConnectionTokens;
  readonly http: HttpClient;
}

export function callOptions(
  delivery: ClaimedDelivery,
  target: Target,
  runnable: Runnable,
  { db, tokens, http }: CallParts,
): Omit<AttemptOptions, "attempt" | "signal" | "mayLeave" | "traceparent"> {
  const { event } = delivery;
  return {
    connector: runnable.connector,
    action: runnable.action,
    input: runnable.input,
    settings: runnable.settings,
    secrets: runnable.secrets,
    tokens: tokens.of(delivery.accountId, target.connection, runnable),
    remembered: () => loadRemembered(db, rememberedPlace(delivery, target)),
    key: formatId("dlv", delivery.key),
    event: connectorEvent({
      id: formatId("evt", event.id),
      type: event.type,
      subject: event.subject ?? undefined,
      time: event.time,
      source: event.sourceId === null ? OPERATIONS : formatId("src", event.sourceId),
      contentType: event.contentType,
      body: event.body,
      readData: () => readEventData(event),
    }),
    http,
    deadlineMs: ATTEMPT_DEADLINE_MS,
  };
}
