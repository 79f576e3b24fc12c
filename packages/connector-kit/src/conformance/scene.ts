/** One connection, its vendor played over real HTTP, and a clock that nobody has to wait for. */
import type { AttemptResult } from "../attempt.ts";
import type { Action, Connector, Sample } from "../connector.ts";
import type { ConnectorEvent } from "../event.ts";
import { createAccessTokens } from "../oauth/access-tokens.ts";
import type { AccessTokens } from "../oauth/access-tokens.ts";
import { urlOf } from "../oauth/auth-kind.ts";
import { parseConnection, parseInput } from "../parse.ts";
import { performAttempt } from "../perform-attempt.ts";
import type { Remembered } from "../remember.ts";
import { openMemoryTokenStore } from "../testing/memory-token-store.ts";
import { openFake } from "../testing/fake/open-fake.ts";
import type { FakeServer } from "../testing/fake/open-fake.ts";
import type { VendorRequest } from "../testing/fake/vendor.ts";
import { fail } from "./check.ts";
import type { ConformanceOptions, PlayedConnection, PlayedVendor } from "./options.ts";
import { eventOf } from "./sample-event.ts";
import { openWiretap } from "./wiretap.ts";
import type { Wiretap } from "./wiretap.ts";

export const DEADLINE_MS = 2_000;
export const KEY = "dlv_01k0000000000000000000000a";

/** The delivery that is tried. */
export interface Delivery {
  readonly action: Action;
  readonly sample: Sample;
  readonly key?: string | undefined;
  /** Instead of the sample's. */
  readonly input?: unknown;
  readonly event?: ConnectorEvent | undefined;
}

export interface AttemptParts {
  readonly attempt?: number | undefined;
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Scene extends AsyncDisposable {
  readonly connector: Connector;
  readonly connection: PlayedConnection;
  /** Parsed. */
  readonly settings: unknown;
  readonly secrets: unknown;
  readonly fake: FakeServer;
  readonly vendor: PlayedVendor;
  readonly http: Wiretap;
  readonly tokens: AccessTokens | undefined;
  /** By subject: written with an outcome, as the engine does it. */
  readonly remembered: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  record(event: ConnectorEvent, changes: Remembered | undefined): void;
  /** Moves by hand. */
  readonly clock: { readonly now: () => Date; passMs(ms: number): void };
  /** Requests for a token, which no fault meets. */
  isForToken(request: Pick<VendorRequest, "path">): boolean;
  attempt(delivery: Delivery, parts?: AttemptParts): Promise<AttemptResult>;
}

export interface SceneParts {
  /** Whose account. */
  readonly index?: number | undefined;
}

export async function openScene(
  connector: Connector,
  options: ConformanceOptions,
  { index = 0 }: SceneParts = {},
): Promise<Scene> {
  // The vendor knows the connection, which knows where the vendor is.
  const late: { vendor?: PlayedVendor } = {};
  let tokenPath: string | undefined;
  const played = (): PlayedVendor => late.vendor ?? fail("the vendor is not there yet");
  const isForToken = ({ path }: Pick<VendorRequest, "path">): boolean => path === tokenPath;
  const fake = await openFake(
    {
      apply: (request) => played().apply(request),
      mutates: (request) =>
        played().mutates?.(request) ?? (request.method !== "GET" && request.method !== "HEAD"),
    },
    { spare: isForToken },
  );
  const connection = options.connection(fake.url, index);
  const vendor = options.fake(connection);
  late.vendor = vendor;
  const parsed = parseConnection(connector, connection, { makeSecrets: true });
  if (!parsed.ok) fail(`the suite's connection does not fit: ${JSON.stringify(parsed.problems)}`);
  const { settings, secrets } = parsed.value;
  const http = openWiretap(fake.url);
  // Asking for tokens is the kit's business: what is tapped is the connector's own.
  const httpOfTokens = openWiretap(fake.url);
  let nowMs = Date.parse("2026-11-23T12:00:00Z");
  const clock = {
    now: () => new Date(nowMs),
    passMs(ms: number) {
      nowMs += ms;
    },
  };
  const remembered = new Map<string, Map<string, unknown>>();
  const { auth } = connector.connection;
  if (auth?.kind === "oauth2") tokenPath = URL.parse(urlOf(auth.tokenUrl, settings))?.pathname;
  const tokens =
    auth?.kind === "oauth2"
      ? createAccessTokens({
          connector,
          auth,
          settings,
          secrets,
          http: httpOfTokens,
          store: openMemoryTokenStore(connection.token),
          now: clock.now,
        })
      : undefined;
  return {
    connector,
    connection,
    settings,
    secrets,
    fake,
    vendor,
    http,
    tokens,
    clock,
    isForToken,
    remembered,
    record({ subject = "" }, changes = {}) {
      const names = remembered.get(subject) ?? new Map<string, unknown>();
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) names.delete(name);
        else names.set(name, value);
      }
      remembered.set(subject, names);
    },
    attempt({ action, sample, key = KEY, input = sample.input, event = eventOf(sample) }, parts = {}) {
      const checked = parseInput(action, input);
      if (!checked.ok) fail(`the input does not fit: ${JSON.stringify(checked.problems)}`);
      return performAttempt({
        connector,
        action,
        input: checked.value,
        settings,
        secrets,
        tokens,
        key,
        attempt: parts.attempt ?? 1,
        event,
        http,
        remembered: () => Promise.resolve(remembered.get(event.subject ?? "") ?? new Map()),
        deadlineMs: parts.deadlineMs ?? DEADLINE_MS,
        signal: parts.signal,
        now: clock.now,
      });
    },
    async [Symbol.asyncDispose]() {
      await fake[Symbol.asyncDispose]();
      await Promise.all([http.close(), httpOfTokens.close()]);
    },
  };
}

/** For what only reads: `performTest`, `performOptions`. */
export function callParts({ connector, settings, secrets, tokens, http, clock }: Scene) {
  return { connector, settings, secrets, tokens, http, deadlineMs: DEADLINE_MS, now: clock.now };
}
