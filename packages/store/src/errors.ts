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
    super("PostgreSQL did not answer; nothing was changed or the change is unknown. Try again shortly", { cause });
  }
}
