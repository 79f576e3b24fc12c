/**
 * Makes a connector, and finds an action by the name people use for it.
 * A definition that cannot work stops the program when it is loaded, not at the first delivery.
 */
import { authoriseByKey } from "./auth.ts";
import { checkConnector } from "./definition/check-connector.ts";
import type { Action, Connection, Connector } from "./connector.ts";

/** Declares settings, secrets and how requests are authorised; `defineAction` takes its types from here. */
export function defineConnection<Settings, Secrets>(
  connection: Connection<Settings, Secrets>,
): Connection<Settings, Secrets> {
  const { auth } = connection;
  if (auth?.kind !== "api_key" || auth.key === undefined) return connection;
  // Where an `authorise` stands beside it, that one knows more.
  return { authorise: authoriseByKey(auth.key), ...connection };
}

/**
 * @example
 * const send = defineAction({
 *   connection,
 *   title: { en: "Send the event", de: "Ereignis senden" },
 *   summary: { en: "…", de: "…" },
 *   input: z.strictObject({}),
 *   repeat: key("receivers drop a webhook-id they have seen"),
 *   plan: (input, { event, settings }) => ({ method: "POST", url: settings.url, headers: {}, body: event.body }),
 *   samples: [],
 * });
 */
export function defineAction<Input, Settings, Secrets>(
  action: Action<Input, Settings, Secrets>,
): Action<Input, Settings, Secrets> {
  return action;
}

export function defineConnector<Settings, Secrets>(connector: Connector<Settings, Secrets>): Connector {
  checkConnector(connector);
  return connector;
}

export interface FoundAction {
  readonly connector: Connector;
  readonly action: Action;
}

/** @example findAction(builtInConnectors, "webhook.send") */
export function findAction(connectors: readonly Connector[], id: string): FoundAction | undefined {
  const dot = id.indexOf(".");
  const name = id.slice(dot + 1);
  const connector = connectors.find((candidate) => candidate.id === id.slice(0, dot));
  // `hasOwn`: "webhook.constructor" is not an action.
  if (connector === undefined || !Object.hasOwn(connector.actions, name)) return undefined;
  const action = connector.actions[name];
  return action && { connector, action };
}
