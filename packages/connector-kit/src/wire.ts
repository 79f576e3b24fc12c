/**
 * What one attempt put on the wire: adds the connection's authorisation, keeps to the connector's
 * hosts, remembers the last request and whether something may have arrived.
 */
import type { AttemptOptions, RequestRecord } from "./attempt.ts";
import type { AttemptTime } from "./attempt-time.ts";
import type { Authorisation, CallContext } from "./connector.ts";
import { HostNotDeclaredError, ProbeNotReadOnlyError } from "./errors.ts";
import type { Exchange, Reply, RequestOptions, RequestPlan } from "./exchange.ts";
import { reachesHost } from "./hosts.ts";
import type { OAuthToken } from "./oauth/token.ts";
import { createSdkFetch } from "./sdk-fetch.ts";
import { recordRequest, secretTexts, withAuthorisation } from "./mask.ts";

/** Of a reply's body that is recorded; an SDK may get far more. */
const RECORD_BYTES = 16 * 1_024;
/** What somebody reads for is read whole: a page of channels, an object's description. */
const READ_BYTES = 4 * 1_024 * 1_024;

type WireOptions = Pick<
  AttemptOptions,
  "connector" | "key" | "settings" | "secrets" | "http" | "traceparent" | "mayLeave"
>;

export class Wire {
  request: RequestRecord | undefined;
  reply: Reply | undefined;
  /** What came of the last request. */
  exchange: Exchange | undefined;
  /** It was an SDK's, which makes errors of its own of what came of it. */
  isFromSdk = false;
  /** Something that may change the target had left when the last request began. */
  hadMutated = false;
  isMutating = false;
  /** Texts that must not be recorded. */
  secrets: readonly string[];
  #token: OAuthToken | undefined;
  readonly #options: WireOptions;
  readonly #now: () => Date;
  readonly #readOnly: boolean;
  #mutationsOpen = 0;
  #mutationLeft = false;

  constructor(options: WireOptions, now: () => Date, { readOnly = false } = {}) {
    this.#options = options;
    this.#now = now;
    this.#readOnly = readOnly;
    this.secrets = secretTexts(options.secrets);
  }

  /** True also while a mutating request is under way: nobody knows yet. */
  get mayHaveArrived(): boolean {
    return this.#mutationLeft || this.#mutationsOpen > 0;
  }

  get token(): OAuthToken | undefined {
    return this.#token;
  }

  useToken(token: OAuthToken): void {
    this.#token = token;
    const { accessToken, refreshToken } = token;
    this.secrets = [...new Set([...secretTexts([accessToken, refreshToken]), ...this.secrets])];
  }

  /** What everything that talks to the vendor works with, beside settings and secrets. */
  context(time: AttemptTime): Omit<CallContext<unknown, unknown>, "settings" | "secrets"> {
    return {
      token: this.#token,
      now: this.#now,
      deadline: time.signal,
      request: (plan) => this.send(plan, { deadlineMs: time.leftMs, signal: time.signal }),
      fetch: createSdkFetch({
        send: (plan, options) => this.#sendForSdk(plan, options),
        signal: time.signal,
        leftMs: () => time.leftMs,
      }),
    };
  }

  /** An SDK that was given the credentials sends them itself. */
  async #sendForSdk(plan: RequestPlan, options: RequestOptions): Promise<Exchange> {
    const { authorization, ...headers } = plan.headers;
    const own = authorization === undefined ? undefined : { secretHeaders: { authorization } };
    const exchange = await this.send({ ...plan, headers }, options, own);
    this.isFromSdk = true;
    return exchange;
  }

  async send(planned: RequestPlan, options: RequestOptions, own?: Authorisation): Promise<Exchange> {
    const { connector, key, settings, secrets, http, traceparent, mayLeave } = this.#options;
    const plan =
      traceparent === undefined ? planned : { ...planned, headers: { traceparent, ...planned.headers } };
    if (!reachesHost(connector.hosts, settings, plan.url)) {
      throw new HostNotDeclaredError(
        `${connector.id} may not reach this host; add it to the connector's \`hosts\``,
      );
    }
    const mutating = plan.mutating ?? (plan.method !== "GET" && plan.method !== "HEAD");
    if (mutating && this.#readOnly) {
      throw new ProbeNotReadOnlyError(
        `${connector.id} may only read while it looks; if this ${plan.method} reads, give it \`mutating: false\``,
      );
    }
    const token = this.#token;
    const added =
      own ??
      connector.connection.authorise?.(plan, { key, settings, secrets, token, now: this.#now() }) ??
      (token === undefined ? {} : { secretHeaders: { authorization: `Bearer ${token.accessToken}` } });
    this.secrets = withAuthorisation(this.secrets, added);
    this.request = recordRequest(plan, added, this.secrets);
    this.reply = undefined;
    this.exchange = undefined;
    this.isFromSdk = false;

    this.hadMutated = this.mayHaveArrived;
    this.isMutating = mutating;
    if (mutating) this.#mutationsOpen += 1;
    const headers = { ...plan.headers, ...added.headers, ...added.secretHeaders };
    const keepReplyBytes = options.keepReplyBytes ?? (mutating ? undefined : READ_BYTES);
    const exchange = await http.request({ ...plan, headers }, { ...options, mayLeave, keepReplyBytes });
    if (mutating) {
      this.#mutationsOpen -= 1;
      // Whoever answers 401 has not looked at what we want.
      this.#mutationLeft ||= exchange.kind === "reply" ? exchange.status !== 401 : exchange.sent;
    }
    this.exchange = exchange;
    this.reply = exchange.kind === "reply" ? shortened(exchange) : undefined;
    return exchange;
  }
}

/** A copy, so that the whole is not kept for its beginning. */
function shortened(reply: Reply): Reply {
  if (reply.body.length <= RECORD_BYTES) return reply;
  return { ...reply, body: Buffer.from(reply.body.subarray(0, RECORD_BYTES)), truncated: true };
}
