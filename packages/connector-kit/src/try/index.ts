export { findConnector } from "./find-connector.ts";
export { runTryCommand, TRY_HELP } from "./try-command.ts";
export type { Found, TryCommand } from "./try-command.ts";
export type { Play } from "./try-action.ts";
