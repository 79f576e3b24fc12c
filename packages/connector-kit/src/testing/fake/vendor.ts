/** A vendor as a test plays it: what it does with a request, written by who writes the connector. */
import type { IncomingHttpHeaders } from "node:http";

export interface VendorRequest {
  readonly method: string;
  /** Without the query, as it came: `/v1/boards/a%2Fb`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as JSON; undefined when it is none. */
  readonly json: () => unknown;
}

export interface VendorReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
}

export interface Vendor {
  /** Keeps a state of its own, so that effects can be counted. */
  apply(request: VendorRequest): VendorReply | Promise<VendorReply>;
  /** Does it change anything? Unless said, everything but GET and HEAD does. */
  mutates?(request: VendorRequest): boolean;
}

export function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(JSON.stringify(body));
}

/** Said for a body that is not text or bytes, unless the reply says otherwise. */
export function contentTypeOf(body: unknown): Readonly<Record<string, string>> {
  const isJson = body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
  return isJson ? { "content-type": "application/json" } : {};
}
