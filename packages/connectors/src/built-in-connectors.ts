/** The one list of connectors that come with Stellwerk: the api and the dispatcher both read it. */
import { inbox } from "@stellwerk/connector-inbox";
import type { Connector } from "@stellwerk/connector-kit";
import { webhook } from "@stellwerk/connector-webhook";

export const builtInConnectors: readonly Connector[] = [webhook, inbox];
