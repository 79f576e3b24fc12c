export { builtInConnectors } from "./built-in-connectors.ts";
