export { killProcessTree } from "./kill-process-tree.ts";
export { startTestPostgres } from "./test-cluster.ts";
export type { TestPostgres } from "./test-cluster.ts";
export { openEmptyTestDatabase, openTestDatabase } from "./test-database.ts";
export type { TestDatabase } from "./test-database.ts";
export { seedAccount } from "./seed.ts";
export type { Seed, SeedOptions } from "./seed.ts";
