/**
 * The HTTP client of every connector. It reaches public addresses and those that the operator allowed: one
 * deadline over name, connect, headers and body, replies kept up to a cap, redirects not followed, and it knows
 * whether bytes of a request left.
 */
import { createDial } from "./dial.ts";
import { ExchangeHandler } from "./exchange-handler.ts";
import type { ReplyLimits } from "./exchange-handler.ts";
import type { Exchange, FailureReason, HttpClient, RequestOptions, RequestPlan } from "./exchange.ts";
import { describeFailure, failureReasonOf } from "./failure.ts";
import { createAddressGuard } from "./guard/address-guard.ts";
import { NameCache } from "./guard/name-cache.ts";
import { describeRefusal } from "./guard/refusal.ts";
import { openNetwork } from "./network.ts";
import type { Network } from "./network.ts";
import { OriginPools } from "./origin-pools.ts";
import { readOrigin, readTarget } from "./request-target.ts";

const KIB = 1024;

export interface HttpClientOptions {
  /** For example `Stellwerk/1.4.0 (+webhooks)`; sent unless a plan brings its own. */
  readonly userAgent: string;
  /** The operator's: `10.1.0.0/16`, `::1`. Nothing that is not public may be reached without it. */
  readonly allowAddresses?: readonly string[] | undefined;
  /** Of one origin; requests beyond wait, inside their deadline. */
  readonly maxConnectionsPerOrigin?: number | undefined;
  readonly maxOrigins?: number | undefined;
  readonly idleOriginMs?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly keepReplyBytes?: number | undefined;
  readonly readReplyBytes?: number | undefined;
  readonly maxHeaderBytes?: number | undefined;
  /** Certificates to trust beside the usual ones. */
  readonly ca?: string | readonly string[] | undefined;
  /** For tests: another name server, another line. */
  readonly network?: Network | undefined;
}

/**
 * @example
 * const http = createHttpClient({ userAgent: "Stellwerk/1.0" });
 * const exchange = await http.request(plan, { deadlineMs: 15_000 });
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const guard = createAddressGuard(options);
  const { resolver, connect } = options.network ?? openNetwork();
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
  const names = new NameCache({ resolver });
  const pools = new OriginPools({
    dial: createDial({ guard, names, connect, connectTimeoutMs, ca: options.ca }),
    maxConnectionsPerOrigin: options.maxConnectionsPerOrigin ?? 256,
    maxOrigins: options.maxOrigins ?? 1_000,
    idleOriginMs: options.idleOriginMs ?? 30_000,
    maxHeaderBytes: options.maxHeaderBytes ?? 16 * KIB,
  });
  const limits = {
    keepBytes: options.keepReplyBytes ?? 16 * KIB,
    readBytes: options.readReplyBytes ?? 128 * KIB,
  };
  let closed = false;

  function limitsFor(keepReplyBytes: number | undefined): ReplyLimits {
    if (keepReplyBytes === undefined) return limits;
    return { keepBytes: keepReplyBytes, readBytes: Math.max(keepReplyBytes, limits.readBytes) };
  }

  async function request(plan: RequestPlan, given: RequestOptions): Promise<Exchange> {
    const { deadlineMs, signal } = given;
    const target = readTarget(plan.url);
    if (!target.ok) return unsent("invalid_request", target.detail);
    if (closed) return unsent("closed", describeFailure("closed", target.host));
    if (signal?.aborted) return unsent("aborted", describeFailure("aborted", target.host));

    if (!pools.has(target.origin)) {
      const { hostname, port } = readOrigin(target.origin);
      const verdict = guard.judgeHost(hostname, port);
      if (verdict.kind === "refused") return unsent("address_refused", describeRefusal(verdict.refusal));
    }

    const handler = new ExchangeHandler(target.host, limitsFor(given.keepReplyBytes), given.mayLeave);
    const abort = (): void => handler.stop("aborted");
    const timer = setTimeout(() => handler.stop("timeout"), deadlineMs);
    signal?.addEventListener("abort", abort, { once: true });
    const entry = pools.take(target.origin);
    try {
      entry.pool.dispatch(
        {
          method: plan.method,
          path: target.path,
          // A reply we cannot unpack is no use to a person who reads the log.
          headers: { "user-agent": options.userAgent, ...plan.headers, "accept-encoding": "identity" },
          body: plan.body ?? null,
        },
        handler,
      );
      return await handler.settled;
    } catch (error) {
      const reason = failureReasonOf(error);
      return unsent(reason, describeFailure(reason, target.host, error));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      pools.release(entry);
    }
  }

  return {
    request,
    async close() {
      closed = true;
      await pools.close();
    },
  };
}

function unsent(reason: FailureReason, detail: string): Exchange {
  return { kind: "failed", sent: false, reason, detail, durationMs: 0 };
}
