/** One request and what came of it: the words between a connector and the HTTP client. */

/** A request as it would be sent, without any secret: also the preview. */
export interface RequestPlan {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
  /** Does it change anything at the target? Unless said, everything but GET and HEAD does. */
  readonly mutating?: boolean | undefined;
}

/** Why there is no reply. Stable codes: they become the reason of an outcome. */
export type FailureReason =
  | "address_refused"
  | "dns"
  | "refused"
  | "unreachable"
  | "tls"
  | "timeout"
  | "reset"
  | "aborted"
  | "bad_reply"
  | "invalid_request"
  | "closed"
  | "network";

export interface Reply {
  readonly kind: "reply";
  readonly status: number;
  /** Names in lower case; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** At most the client's cap. */
  readonly body: Buffer;
  /** The body was longer than what is kept, or ended early. */
  readonly truncated: boolean;
  /** Set when the body did not end by itself: the answer is known, its text is not whole. */
  readonly cutBy?: FailureReason | undefined;
  readonly durationMs: number;
}

export interface Failure {
  readonly kind: "failed";
  /** Did bytes of this request leave? When not, nothing can have happened at the target. */
  readonly sent: boolean;
  readonly reason: FailureReason;
  /** One English sentence without secrets. */
  readonly detail: string;
  readonly durationMs: number;
}

export type Exchange = Reply | Failure;

export interface RequestOptions {
  /** One budget over connect, headers and body. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked right before the first byte leaves; with false none does. A process may have been frozen since it began. */
  readonly mayLeave?: (() => boolean) | undefined;
  /** More of the reply's body than the client keeps by itself. */
  readonly keepReplyBytes?: number | undefined;
}

/** Never throws for what the network or the target does. */
export interface HttpClient {
  request(plan: RequestPlan, options: RequestOptions): Promise<Exchange>;
  /** Lets running requests finish, closes all sockets. */
  close(): Promise<void>;
}
