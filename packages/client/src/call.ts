/**
 * One call: its address, its headers, its attempts. Repeated is only what may be: reading, and making with an
 * idempotency key, which makes the second attempt find what the first one made.
 */
import { ConnectionError, ProblemError } from "./errors.ts";
import { type OperationName, operations, type Operations, type Problem } from "./generated/api-types.ts";
import type { ChangeOptions, ClientOptions } from "./options.ts";
import { isRetryable, pause, waitBefore } from "./retry.ts";

const TIMEOUT_MS = 30_000;
const RETRIES = 4;

/** What an operation is asked with: `params`, `query` and `body`, as far as it takes them. */
export type CallInput<Name extends OperationName> = Omit<Operations[Name], "answer">;
export type CallAnswer<Name extends OperationName> = Operations[Name]["answer"];

export type Call = <Name extends OperationName>(
  name: Name,
  input: CallInput<Name>,
  options?: ChangeOptions,
) => Promise<CallAnswer<Name>>;

interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** An answer that is not JSON. */
export interface Bytes {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export function createCall(client: ClientOptions): Call {
  const send = client.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  return async (name, input, options = {}) => {
    const { method, path, creates } = operations[name];
    const { params, query, body } = input as Input;
    const idempotencyKey = options.idempotencyKey ?? (creates ? makeKey() : undefined);
    const account = options.account ?? client.account;
    const init: RequestInit = {
      method,
      headers: {
        accept: "application/json, application/problem+json, */*",
        authorization: `Bearer ${client.apiKey}`,
        ...(account !== undefined && { "stellwerk-account": account }),
        ...(creates && idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
        ...(options.ifVersion !== undefined && { "if-match": `"${options.ifVersion}"` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: "error",
    };
    const url = client.url.replace(/\/+$/, "") + addressOf(path, params, query);
    const mayRepeat = method === "GET" || creates;
    const attempts = 1 + (mayRepeat ? (options.retries ?? client.retries ?? RETRIES) : 0);
    const timeoutMs = options.timeoutMs ?? client.timeoutMs ?? TIMEOUT_MS;
    for (let attempt = 1; ; attempt += 1) {
      options.signal?.throwIfAborted();
      const outcome = await attemptOnce(send, url, init, timeoutMs, options.signal);
      if (outcome.ok) return outcome.value as CallAnswer<typeof name>;
      const waitMs =
        attempt < attempts && outcome.retryable ? waitBefore(attempt, outcome.retryAfter) : undefined;
      if (waitMs === undefined) throw outcome.error;
      await pause(waitMs, options.signal);
    }
  };
}

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly error: Error;
      readonly retryable: boolean;
      readonly retryAfter: string | null;
    };

async function attemptOnce(
  send: NonNullable<ClientOptions["fetch"]>,
  url: string,
  init: RequestInit,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await send(url, {
      ...init,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    // Within the attempt: an answer that breaks off is no answer.
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return { ok: true, value: readAnswer(response, bytes) };
    const retryAfter = response.headers.get("retry-after");
    return {
      ok: false,
      error: problemOf(response, bytes),
      retryable: isRetryable(response.status),
      retryAfter,
    };
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    const timedOut = timeout.aborted;
    const message = timedOut ? `no answer within ${timeoutMs} ms` : "the connection failed";
    const error = new ConnectionError(`${init.method} ${url}: ${message}`, { cause, timedOut });
    return { ok: false, error, retryable: true, retryAfter: null };
  }
}

/** JSON as what it says, other content with its type; undefined when there is none. */
function readAnswer(response: Response, bytes: Uint8Array): unknown {
  if (response.status === 204) return undefined;
  const contentType = response.headers.get("content-type") ?? "";
  // An event's body is JSON as well, and wanted as the bytes that came.
  const isOurs = contentType === "application/json" && !response.headers.has("content-disposition");
  if (isOurs) return JSON.parse(new TextDecoder().decode(bytes));
  return { contentType, bytes } satisfies Bytes;
}

function problemOf(response: Response, bytes: Uint8Array): Error {
  const text = new TextDecoder().decode(bytes);
  if (response.headers.get("content-type")?.startsWith("application/problem+json") === true) {
    return new ProblemError(response.status, JSON.parse(text) as Problem);
  }
  return new ConnectionError(
    `${response.url}: something that is not Stellwerk answered ${response.status}: ${text.slice(0, 200)}`,
  );
}

function addressOf(path: string, params: Input["params"] = {}, query: Input["query"] = {}): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = params[name];
    // An empty one would lead to another address: the list instead of the one.
    if (typeof value !== "string" || value === "") throw new TypeError(`${path} needs a value for ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value instanceof Date) search.set(name, value.toISOString());
    else if (typeof value === "string" || typeof value === "number") search.set(name, `${value}`);
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

/** 128 random bits. Not `randomUUID`, which browsers give to secure pages only. */
function makeKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
