/** What the api takes at most. `docs/operate/limits.md` explains each to operators. */
import type { stellwerkSettings } from "@stellwerk/process";
import type { z } from "zod";

export interface Limits {
  /** Addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** Requests (of a batch: events) a second; 0: no limit. */
  readonly ratePerKey: number;
  readonly ratePerToken: number;
  readonly maxConnections: number;
  readonly connectionsPerAddress: number;
  /** All headers of a request together, its first line included. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** For the headers, from the first byte or the connection on. */
  readonly headersTimeoutMs: number;
  /** For the whole request. */
  readonly requestTimeoutMs: number;
  /** Requests sent on one connection before the first of them is answered. */
  readonly pipelined: number;
}

export const DEFAULT_LIMITS: Limits = {
  trustedProxies: [],
  ratePerKey: 5_000,
  ratePerToken: 5_000,
  maxConnections: 5_000,
  connectionsPerAddress: 1_000,
  headerBytes: 16_384,
  headerCount: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  pipelined: 100,
};

/** Lookups of keys and tokens that turned out unknown, per client. Nobody finds 128 random bits at any rate. */
export const MISSES = { perSecond: 20, burst: 200 };

type Setting<Name extends keyof typeof stellwerkSettings> = z.output<(typeof stellwerkSettings)[Name]>;

export interface LimitSettings {
  readonly STELLWERK_TRUSTED_PROXIES?: Setting<"STELLWERK_TRUSTED_PROXIES">;
  readonly STELLWERK_RATE_PER_KEY: Setting<"STELLWERK_RATE_PER_KEY">;
  readonly STELLWERK_RATE_PER_TOKEN: Setting<"STELLWERK_RATE_PER_TOKEN">;
  readonly STELLWERK_MAX_CONNECTIONS: Setting<"STELLWERK_MAX_CONNECTIONS">;
  readonly STELLWERK_CONNECTIONS_PER_ADDRESS: Setting<"STELLWERK_CONNECTIONS_PER_ADDRESS">;
}

/** The limits that an operator sets. */
export function limitsFrom(settings: LimitSettings): Partial<Limits> {
  return {
    trustedProxies: settings.STELLWERK_TRUSTED_PROXIES ?? [],
    ratePerKey: settings.STELLWERK_RATE_PER_KEY,
    ratePerToken: settings.STELLWERK_RATE_PER_TOKEN,
    maxConnections: settings.STELLWERK_MAX_CONNECTIONS,
    connectionsPerAddress: settings.STELLWERK_CONNECTIONS_PER_ADDRESS,
  };
}
