/** Runs one sample of an action, against its played vendor or a real address, and keeps everything that came of it. */
import type { AttemptResult } from "../attempt.ts";
import type { PlayedConnection, PlayedVendor } from "../conformance/options.ts";
import { eventOf } from "../conformance/sample-event.ts";
import { openWiretap } from "../conformance/wiretap.ts";
import type { Action, Connector, Sample } from "../connector.ts";
import type { RequestPlan } from "../exchange.ts";
import { createAccessTokens } from "../oauth/access-tokens.ts";
import { parseConnection, parseInput } from "../parse.ts";
import { performAttempt } from "../perform-attempt.ts";
import type { Problem } from "../problem.ts";
import { openMemoryTokenStore } from "../testing/memory-token-store.ts";
import { openFake } from "../testing/fake/open-fake.ts";

const KEY = "dlv_01k0000000000000000000000a";
const DEADLINE_MS = 15_000;

/** What a connector's package has in `src/testing/play.ts`. */
export interface Play {
  readonly connection: (url: string, index: number) => PlayedConnection;
  readonly fake: (connection: PlayedConnection) => PlayedVendor;
}

export interface TryOptions {
  readonly connector: Connector;
  readonly action: Action;
  readonly sample: Sample;
  /** Undefined: the played vendor. */
  readonly against: string | undefined;
  readonly play: Play | undefined;
  /** Instead of the played one. */
  readonly connection: PlayedConnection | undefined;
}

export type Tried =
  | { readonly ok: false; readonly problems: readonly Problem[] }
  | {
      readonly ok: true;
      readonly plan: RequestPlan | undefined;
      readonly sentTo: string;
      readonly result: AttemptResult;
    };

export async function tryAction(options: TryOptions): Promise<Tried> {
  const { connector, action, sample, against, play } = options;
  const late: { vendor?: PlayedVendor } = {};
  await using fake = await openFake({
    apply: (request) => late.vendor?.apply(request) ?? { status: 200, body: { ok: true } },
    mutates: ({ method }) => method !== "GET" && method !== "HEAD",
  });
  const url = against?.replace(/\/$/, "") ?? fake.url;
  const connection = options.connection ?? play?.connection(url, 0) ?? guessed(connector, url);
  const parsed = parseConnection(connector, connection, { makeSecrets: true });
  const input = parseInput(action, sample.input);
  if (!parsed.ok) return parsed;
  if (!input.ok) return input;
  if (against === undefined) late.vendor = play?.fake(connection);
  const { settings, secrets } = parsed.value;
  const event = eventOf(sample);
  const http = openWiretap(url);
  const { auth } = connector.connection;
  try {
    const result = await performAttempt({
      connector,
      action,
      input: input.value,
      settings,
      secrets,
      tokens:
        auth?.kind === "oauth2"
          ? createAccessTokens({
              connector,
              auth,
              settings,
              secrets,
              http,
              store: openMemoryTokenStore(connection.token),
            })
          : undefined,
      key: KEY,
      attempt: 1,
      event,
      http,
      deadlineMs: DEADLINE_MS,
    });
    const plan = action.plan?.(input.value, { key: KEY, event, settings });
    return { ok: true, plan, sentTo: url, result };
  } finally {
    await http.close();
  }
}

/** For a connector that asks for nothing, or for an address alone. */
function guessed(connector: Connector, url: string): PlayedConnection {
  const bare = { settings: {}, secrets: {} };
  if (parseConnection(connector, bare, { makeSecrets: true }).ok) return bare;
  const withUrl = { settings: { url: `${url}/` }, secrets: {} };
  return parseConnection(connector, withUrl, { makeSecrets: true }).ok ? withUrl : bare;
}
