/** What a connector is: plain data and functions. See docs/connectors. */
import type { z } from "zod";
import type { ConnectorEvent } from "./event.ts";
import type { Exchange, RequestPlan } from "./exchange.ts";
import type { OAuth2 } from "./oauth/auth-kind.ts";
import type { OAuthToken } from "./oauth/token.ts";
import type { Outcome, Text } from "./outcome.ts";
import type { Past, Probed } from "./probed.ts";
import type { Repeat } from "./repeat.ts";
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

/** What `deliver` works with. */
export interface DeliverContext<Settings, Secrets> extends PlanEnv<Settings> {
  /** 1 is the first. */
  readonly attempt: number;
  readonly secrets: Secrets;
  /** Of a connection that proves who it is by OAuth; for SDKs, requests have it already. */
  readonly token?: OAuthToken | undefined;
  /** Aborted when the time is up or the dispatcher stops. */
  readonly deadline: AbortSignal;
  readonly now: () => Date;
  /** Sends with the connection's authorisation. At most one mutating request per attempt. */
  request(plan: RequestPlan): Promise<Exchange>;
}

/** What `probe` works with: whatever it asks for must change nothing. */
export type ProbeContext<Settings, Secrets> = Omit<DeliverContext<Settings, Secrets>, "attempt">;

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
  /** Requests carry its access token as a bearer, unless `authorise` says otherwise. */
  readonly auth?: OAuth2<Settings, Secrets> | undefined;
  /** Adds what proves who we are. Secrets enter a request here and nowhere else. */
  authorise?(request: RequestPlan, env: AuthoriseEnv<Settings, Secrets>): Authorisation;
  /** For requests that are signed: lets the signing secrets be rotated. */
  readonly signing?: Signing<Settings, Secrets> | undefined;
}

export interface Sample {
  readonly name: string;
  readonly input: unknown;
}

export interface Action<Input = unknown, Settings = unknown, Secrets = unknown> {
  readonly connection: Connection<Settings, Secrets>;
  readonly title: Text;
  readonly summary: Text;
  readonly input: z.ZodType<Input>;
  readonly repeat: Repeat;
  /** The request that would be sent. Pure: it is also the preview. */
  plan?(input: Input, env: PlanEnv<Settings>): RequestPlan;
  /** What the answer means; undefined leaves it to the default table for APIs. */
  classify?(exchange: Exchange, now: Date): Outcome | undefined;
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
  readonly hosts: Hosts<Settings>;
  readonly connection: Connection<Settings, Secrets>;
  /** By name; outside an action is called `<connector>.<name>`. */
  readonly actions: Readonly<Record<string, Action>>;
}
