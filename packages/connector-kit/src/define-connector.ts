/**
 * Makes a connector, and finds an action by the name people use for it.
 * A definition that cannot work stops the program when it is loaded, not at the first delivery.
 */
import type { Action, Connection, Connector } from "./connector.ts";
import { ConnectorDefinitionError } from "./errors.ts";

const CONNECTOR_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const ACTION_NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** Declares settings and secrets; `defineAction` takes its types from here. */
export function defineConnection<Settings, Secrets>(
  connection: Connection<Settings, Secrets>,
): Connection<Settings, Secrets> {
  return connection;
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
  if (!CONNECTOR_ID.test(connector.id)) {
    throw new ConnectorDefinitionError(
      `a connector's id is lower case with hyphens, for example "campaign-monitor"; got "${connector.id}"`,
    );
  }
  for (const [name, action] of Object.entries(connector.actions)) {
    const id = `${connector.id}.${name}`;
    if (!ACTION_NAME.test(name)) {
      throw new ConnectorDefinitionError(
        `${id}: an action's name is lower case with underscores, for example "post_message"`,
      );
    }
    if (action.plan === undefined && action.deliver === undefined) {
      throw new ConnectorDefinitionError(
        `${id}: give it \`plan\` (a request) or \`deliver\` (anything else)`,
      );
    }
    if (action.repeat.kind === "probe" && action.probe === undefined) {
      throw new ConnectorDefinitionError(
        `${id}: with \`repeat: probe(…)\` it needs a \`probe\` function that looks whether it arrived`,
      );
    }
    if (action.connection !== connector.connection) {
      throw new ConnectorDefinitionError(`${id}: its \`connection\` must be the connector's own`);
    }
  }
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
