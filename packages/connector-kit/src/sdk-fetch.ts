/**
 * `fetch` for SDKs: the same hosts, address guard, deadline, authorisation and record as `request`, in the shape of the
 * platform's own. Redirects are not followed.
 */
import type { Exchange, Failure, RequestOptions, RequestPlan } from "./exchange.ts";

/** An SDK wants whole answers: a workspace's channels, an object's description. */
const KEEP_BYTES = 4 * 1_024 * 1_024;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
/** What belongs to a connection, or follows from the body. */
const OURS = ["accept-encoding", "connection", "content-length", "host", "transfer-encoding"];
/** Their replies have no body, and `Response` refuses one. */
const WITHOUT_BODY = new Set([204, 205, 304]);

export interface SdkFetchInit extends RequestInit {
  /** For vendors that read with POST: `mutating: false`. Unless said, everything but GET and HEAD changes something. */
  readonly mutating?: boolean;
}

/**
 * @example
 * const slack = new WebClient(secrets.token, { fetch: context.fetch, retryConfig: { retries: 0 } });
 * const reading = new WebClient(secrets.token, { fetch: (url, init) => context.fetch(url, { ...init, mutating: false }) });
 */
export type SdkFetch = (input: string | URL | Request, init?: SdkFetchInit) => Promise<Response>;

export interface SdkFetchParts {
  readonly send: (plan: RequestPlan, options: RequestOptions) => Promise<Exchange>;
  readonly signal: AbortSignal;
  readonly leftMs: () => number;
}

export function createSdkFetch({ send, signal, leftMs }: SdkFetchParts): SdkFetch {
  return async (input, init) => {
    const { mutating, ...standard } = init ?? {};
    // A stream needs it, and SDKs that were written for browsers do not know.
    const request = new Request(input, { ...standard, ...(standard.body == null ? {} : { duplex: "half" }) });
    const plan = { ...(await planOf(request)), mutating };
    const either = AbortSignal.any([signal, request.signal]);
    const exchange = await send(plan, { deadlineMs: leftMs(), signal: either, keepReplyBytes: KEEP_BYTES });
    if (exchange.kind === "failed") throw errorOf(exchange, either);
    const { status, headers, body, truncated } = exchange;
    if (truncated) {
      throw failed(
        exchange.cutBy ?? "too_large",
        "The answer is not whole: it was cut off, or is longer than 4 MiB.",
      );
    }
    if (request.redirect === "error" && status >= 300 && status < 400) {
      throw failed("redirect", `The target answered ${status}; redirects are not followed.`);
    }
    const hasBody = !WITHOUT_BODY.has(status) && request.method !== "HEAD";
    const response = new Response(hasBody ? new Uint8Array(body) : null, { status, headers });
    // Read-only there, and SDKs look at it.
    Object.defineProperty(response, "url", { value: request.url });
    return response;
  };
}

async function planOf(request: Request): Promise<RequestPlan> {
  const { method, url } = request;
  if (!isMethod(method)) throw failed("invalid_request", `${method} is not a method that connectors use.`);
  const headers = Object.fromEntries(request.headers);
  for (const name of OURS) delete headers[name];
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  return { method, url, headers, body };
}

function isMethod(method: string): method is RequestPlan["method"] {
  return METHODS.has(method);
}

/** As `fetch` rejects: an abort as its signal's reason, everything else as a TypeError with a cause. */
function errorOf(failure: Failure, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (failure.reason === "timeout") return new DOMException(failure.detail, "TimeoutError");
  return failed(failure.reason, failure.detail);
}

function failed(code: string, detail: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(detail), { code }) });
}
