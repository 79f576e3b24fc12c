/** What a connector is: plain data and functions. See docs/connectors. */
import type { z } from "zod";
import type { Auth } from "./auth.ts";
import type { ConnectionTest } from "./connection-test.ts";
import type { ConnectorEvent } from "./event.ts";
import type { Exchange, RequestPlan } from "./exchange.ts";
import type { ChoicesPage, ChoicesQuestion, ChoicesRefused } from "./field-choices.ts";
import type { OAuthToken } from "./oauth/token.ts";
import type { Outcome, Text } from "./outcome.ts";
import type { Preset } from "./preset.ts";
import type { Past, Probed } from "./probed.ts";
import type { Remember } from "./remember.ts";
import type { Repeat } from "./repeat.ts";
import type { SdkFetch } from "./sdk-fetch.ts";
import type { Signing } from "./signing.ts";

/** What `plan` may know: no clock, no secrets, so that the same delivery always gives the same plan. */
export interface PlanEnv<Settings> {
  /** `dlv_…`, the same over all attempts and replays of one delivery. */
  readonly key: string;
  readonly event: ConnectorEvent;
  readonly settings: Settings;
}

export interface AuthoriseEnv<Settings, Secrets> {
  readonly key: string;
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** Of a connection that proves who it is by OAuth. */
  readonly token?: OAuthToken | undefined;
  readonly now: Date;
}

/** Headers that go on top of the plan's. */
export interface Authorisation {
  /** Shown in the delivery log. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Shown as dots. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
}

/** What everything that talks to the vendor works with. */
export interface CallContext<Settings, Secrets> {
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** Of a connection that proves who it is by OAuth; for SDKs, requests have it already. */
  readonly token?: OAuthToken | undefined;
  /** Aborted when the time is up or the dispatcher stops. */
  readonly deadline: AbortSignal;
  readonly now: () => Date;
  /** Sends with the connection's authorisation, to the connector's `hosts` alone. */
  readonly request: (plan: RequestPlan) => Promise<Exchange>;
  /** The same in the shape of the platform's `fetch`, for SDKs. A request that brings its own authorisation keeps it. */
  readonly fetch: SdkFetch;
}

/** What `deliver` works with. At most one mutating request per attempt. */
export interface DeliverContext<Settings, Secrets> extends PlanEnv<Settings>, CallContext<Settings, Secrets> {
  /** 1 is the first. */
  readonly attempt: number;
  /** What it remembers of the event's subject; written with the outcome. */
  readonly remember: Remember;
}

/** What `probe` works with: whatever it asks for must change nothing. */
export type ProbeContext<Settings, Secrets> = Omit<DeliverContext<Settings, Secrets>, "attempt">;

/** What `test` and `options` work with: a plan that may change something is refused. */
export type ReadContext<Settings, Secrets> = CallContext<Settings, Secrets>;

// Methods, not properties with function types: their parameters are compared
// both ways, which lets connectors of any settings stand in one list.

export interface Connection<Settings = unknown, Secrets = unknown> {
  readonly settings: z.ZodType<Settings>;
  readonly secrets: z.ZodType<Secrets>;
  /**
   * The addresses that the settings name, by field: `({ url }) => ({ url })`. Checked when they are saved;
   * what is sent is checked in any case.
   */
  targets?(settings: Settings): Readonly<Record<string, string>>;
  /**
   * Secrets that somebody gave us for the hosts in `targets`: with an address on another host they have to be given
   * anew, or whoever may change the address could have them sent to a server of their own.
   */
  readonly credentials?: readonly string[] | undefined;
  /** Secrets we make for a new connection that brings none, for example a signing secret. */
  makeSecrets?(): Partial<Secrets>;
  /** Secrets that may be shown again when somebody asks for them explicitly. */
  readonly reveal?: readonly string[] | undefined;
  /**
   * Who proves it how: `none()`, `apiKey(…)`, `oauth2(…)`. With OAuth, requests carry the access token as a bearer unless
   * `authorise` says otherwise. Left out, it is `none()`, or `apiKey()` with an `authorise`.
   */
  readonly auth?: Auth<Settings, Secrets> | undefined;
  /** Adds what proves who we are. Secrets enter a request here and nowhere else. */
  authorise?(request: RequestPlan, env: AuthoriseEnv<Settings, Secrets>): Authorisation;
  /** For requests that are signed: lets the signing secrets be rotated. */
  readonly signing?: Signing<Settings, Secrets> | undefined;
  /** Looks whether everything is there that the actions need. Reads only. */
  test?(context: ReadContext<Settings, Secrets>): Promise<ConnectionTest>;
  /** What the vendor allows, over all subscriptions of one connection. */
  readonly limits?: ConnectionLimits | undefined;
}

export interface ConnectionLimits {
  readonly concurrency?: number | undefined;
  readonly perSecond?: number | undefined;
}

export interface Sample {
  readonly name: string;
  readonly input: unknown;
  /** What it is sent for; a website's change of status unless said. */
  readonly event?: { readonly type: string; readonly data: unknown } | undefined;
}

/** Choices for one field of an input. */
export type FieldChoices<Settings, Secrets> = {
  of(
    context: ReadContext<Settings, Secrets>,
    question: ChoicesQuestion,
  ): Promise<ChoicesPage | ChoicesRefused>;
}["of"];

export interface AttemptFacts {
  /** 1 is the first. */
  readonly attempt: number;
}

export interface Action<Input = unknown, Settings = unknown, Secrets = unknown> {
  readonly connection: Connection<Settings, Secrets>;
  readonly title: Text;
  readonly summary: Text;
  readonly input: z.ZodType<Input>;
  /** What `delivered` carries as `output`, for a connector whose result somebody goes on with. */
  readonly output?: z.ZodType | undefined;
  /** Live choices, by field of the input. A value that is not among them is accepted too. */
  readonly options?: Readonly<Record<string, FieldChoices<Settings, Secrets>>> | undefined;
  /** Never two in flight for one key, over all subscriptions of a connection. */
  serialiseBy?(input: Input): string;
  /** What the vendor counts its rate by, where that is less than the connection: a channel. */
  limitBy?(input: Input): string;
  readonly repeat: Repeat;
  /** The request that would be sent. Pure: it is also the preview. */
  plan?(input: Input, env: PlanEnv<Settings>): RequestPlan;
  /** What the answer means; undefined leaves it to the default table for APIs. */
  classify?(exchange: Exchange, now: Date, attempt: AttemptFacts): Outcome | undefined;
  /** In place of sending the plan. */
  deliver?(context: DeliverContext<Settings, Secrets>, input: Input): Promise<Outcome>;
  /** For `repeat: probe(…)`: looks whether what may have been sent arrived. Reads only. */
  probe?(context: ProbeContext<Settings, Secrets>, input: Input, past: Past): Promise<Probed>;
  readonly samples: readonly Sample[];
}

/** Every host a connector's requests may reach: `slack.com`, `*.salesforce.com`. */
export type Hosts<Settings> = "any" | readonly string[] | { of(settings: Settings): readonly string[] }["of"];

export interface Connector<Settings = unknown, Secrets = unknown> {
  /** Stable for ever. */
  readonly id: string;
  readonly title: Text;
  readonly summary: Text;
  readonly homepage?: string | undefined;
  /** An SVG as text: square, without scripts or addresses. */
  readonly icon?: string | undefined;
  /** What it was written against, and where to see what changed there. */
  readonly upstream?: Upstream | undefined;
  /** The kit's versions it works with: `^1`. Asked of packages that are loaded at start. */
  readonly kit?: string | undefined;
  readonly hosts: Hosts<Settings>;
  readonly connection: Connection<Settings, Secrets>;
  /** By name; outside an action is called `<connector>.<name>`. */
  readonly actions: Readonly<Record<string, Action>>;
  /** Rules that are ready to use. */
  readonly presets?: readonly Preset[] | undefined;
}

export interface Upstream {
  /** `Slack Web API` */
  readonly name: string;
  readonly apiVersion?: string | undefined;
  /** Where the vendor tells of changes. */
  readonly changelog?: string | undefined;
}
