export { openDatabase } from "./database.ts";
export type { Database, DatabaseOptions, Listener, Queryable } from "./database.ts";
export { startEmbeddedPostgres } from "./embedded-postgres/start.ts";
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./embedded-postgres/start.ts";
export {
  DataFromOtherPostgresError,
  EmbeddedPostgresUnavailableError,
  MigrationChangedError,
  PostgresTooOldError,
  SchemaTooNewError,
  StoreError,
  StoreUnavailableError,
} from "./errors.ts";
export { migrate } from "./migrate.ts";
export type { MigrateOptions } from "./migrate.ts";
export { sqlFile } from "./sql-file.ts";
export type { Statement } from "./sql-file.ts";
