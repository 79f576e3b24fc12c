/** What a client, and each of its calls, can be told. */
export interface ClientOptions {
  /** Of the installation: `https://hooks.example.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** The account to work in, for an admin key: `acc_…`. */
  readonly account?: string;
  /** How long one attempt may take; 30 s unless given. */
  readonly timeoutMs?: number;
  /** How often a call that may be repeated is repeated, after its first attempt; 4 unless given. */
  readonly retries?: number;
  /** The global one unless given. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly account?: string;
  /** Made anew for each call unless given; give your own to make a repeat after a restart harmless, too. */
  readonly idempotencyKey?: string;
}

/** For a change: fails with 412 when it is not this version any more. */
export interface ChangeOptions extends RequestOptions {
  readonly ifVersion?: number;
}
