/** Every error the store throws on purpose; any other error is a bug. */
export abstract class StoreError extends Error {
  /** Stable and greppable. */
  abstract readonly code: string;
  /** May the same call succeed later, unchanged? */
  readonly retryable: boolean = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name; // not as a field: there `new.target` is undefined
  }
}

export class StoreUnavailableError extends StoreError {
  readonly code = "store.unavailable";
  override readonly retryable = true;
  constructor(cause: unknown) {
    super("PostgreSQL did not answer; nothing was changed or the change is unknown. Try again shortly", {
      cause,
    });
  }
}

/** The database was migrated by a newer Stellwerk. Going back would mean to read data this code does not know. */
export class SchemaTooNewError extends StoreError {
  readonly code = "store.schema-too-new";
  constructor(found: number, known: number) {
    super(
      `The data is at schema version ${found}, but this Stellwerk knows versions up to ${known}. ` +
        "Start the newer Stellwerk again, or point STELLWERK_DATA_DIR or DATABASE_URL at other data",
    );
  }
}

/** An applied migration is not what it was: the schema is not what this code expects. */
export class MigrationChangedError extends StoreError {
  readonly code = "store.migration-changed";
  constructor(file: string) {
    super(
      `Migration ${file} was changed after it had been applied to this database. ` +
        "Put the file back as it was and make the change in a new migration",
    );
  }
}

export class PostgresTooOldError extends StoreError {
  readonly code = "store.postgres-too-old";
  constructor(found: string, needed: number) {
    super(
      `The database runs PostgreSQL ${found}, but Stellwerk needs PostgreSQL ${needed} or newer. ` +
        "Upgrade the server, or point DATABASE_URL at a newer one",
    );
  }
}

/** PostgreSQL cannot be run on this machine; the message says what to do. */
export class EmbeddedPostgresUnavailableError extends StoreError {
  readonly code = "store.embedded-postgres-unavailable";
}

/** The data directory was made by another major version of PostgreSQL, which cannot simply read it. */
export class DataFromOtherPostgresError extends StoreError {
  readonly code = "store.data-from-other-postgres";
  constructor(dataDir: string, found: string, ours: string) {
    super(
      `${dataDir} holds data of PostgreSQL ${found}, but this Stellwerk brings PostgreSQL ${ours}. ` +
        `Start the Stellwerk release that wrote it and move the data with pg_dump, or choose another STELLWERK_DATA_DIR`,
    );
  }
}

/** The key that seals secrets cannot be used. Never says what it is. */
export class SecretKeyError extends StoreError {
  readonly code = "store.secret-key";
}

/** A sealed secret cannot be opened. Says neither the secret nor anything about it. */
export class SealedValueError extends StoreError {
  readonly code = "store.sealed-value";
  constructor(why: string) {
    super(
      `A stored secret cannot be opened: ${why}. Give back the key it was sealed with, or enter the secret again`,
    );
  }
}
