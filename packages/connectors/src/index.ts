export { builtInConnectors } from "./built-in-connectors.ts";
export { loadConnectors } from "./load-connectors.ts";
export type { LoadedConnectors, LoadOptions, RefusedConnector } from "./load-connectors.ts";
