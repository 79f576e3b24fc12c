export { makeFirstSource } from "./first-source.ts";
export type { FirstSource } from "./first-source.ts";
export { startApi } from "./start-api.ts";
export type { Api, ApiOptions } from "./start-api.ts";
export { limitsFrom } from "./limits/limits.ts";
