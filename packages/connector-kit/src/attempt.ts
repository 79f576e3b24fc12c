/** One try of a delivery: what goes in and what is recorded. */
import type { Action, Connector } from "./connector.ts";
import type { ConnectorEvent } from "./event.ts";
import type { HttpClient } from "./exchange.ts";
import type { AccessTokens } from "./oauth/access-tokens.ts";
import type { Outcome } from "./outcome.ts";
import type { Remembered } from "./remember.ts";

export interface AttemptOptions {
  readonly connector: Connector;
  readonly action: Action;
  /** Parsed by `parseInput`. */
  readonly input: unknown;
  /** Parsed by `parseConnection`. */
  readonly settings: unknown;
  readonly secrets: unknown;
  /** Of a connection with `auth: oauth2(…)`: one for the connection and process. */
  readonly tokens?: AccessTokens | undefined;
  /** `dlv_…` */
  readonly key: string;
  /** 1 is the first. */
  readonly attempt: number;
  readonly event: ConnectorEvent;
  /** What is remembered of the event's subject. Unset: nothing. */
  readonly remembered?: (() => Promise<ReadonlyMap<string, unknown>>) | undefined;
  /** W3C trace context: put on every request that does not bring its own. */
  readonly traceparent?: string | undefined;
  readonly http: HttpClient;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked right before the first byte of each request leaves; with false none does. */
  readonly mayLeave?: (() => boolean) | undefined;
  readonly now?: (() => Date) | undefined;
}

/** The request as it may be stored and shown. */
export interface RequestRecord {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ReplyRecord {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface AttemptResult {
  readonly outcome: Outcome;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** The last request of the attempt, if there was one. */
  readonly request?: RequestRecord | undefined;
  readonly reply?: ReplyRecord | undefined;
  /** To be remembered of the event's subject, written with the outcome; null is forgotten. */
  readonly remember?: Remembered | undefined;
  /** The connector threw: for the log. `id` stands in the outcome's detail, the error must not be shown. */
  readonly thrown?: { readonly id: string; readonly error: unknown } | undefined;
}
