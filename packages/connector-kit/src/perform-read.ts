/**
 * Runs what only reads for somebody who waits: a connection's test, the choices of a field. The same client, hosts,
 * token and masking as a delivery, and nothing that may change the vendor.
 */
import { randomUUID } from "node:crypto";
import type { AttemptOptions, AttemptResult } from "./attempt.ts";
import { AttemptTime } from "./attempt-time.ts";
import type { ReadContext } from "./connector.ts";
import type { Outcome, Text } from "./outcome.ts";
import { maskValue } from "./mask.ts";
import { withAccess } from "./oauth/with-access.ts";
import { Wire } from "./wire.ts";

export interface ReadOptions extends Pick<
  AttemptOptions,
  "connector" | "settings" | "secrets" | "tokens" | "http" | "deadlineMs" | "signal" | "now"
> {}

/** Why there is no answer, for people. */
export interface Unread {
  /** `timeout`, `aborted`, `connector_error`, or the reason why there is no token. */
  readonly reason: string;
  readonly message: Text;
  readonly fix?: Text | undefined;
}

export type Read<Value> = { readonly durationMs: number } & (
  | { readonly ok: true; readonly value: Value }
  | ({ readonly ok: false; readonly thrown?: AttemptResult["thrown"] } & Unread)
);

/** Never throws and never outlives its deadline; `run` answers with plain data, whose secrets are hidden. */
export async function performRead<Value>(
  options: ReadOptions,
  run: (context: ReadContext<unknown, unknown>) => Promise<Value>,
): Promise<Read<Value>> {
  const startedMs = performance.now();
  const now = options.now ?? (() => new Date());
  // Some authorisations sign the key; nothing keeps this one.
  const wire = new Wire({ ...options, key: `read_${randomUUID()}` }, now, { readOnly: true });
  using time = new AttemptTime(options);
  const { settings, secrets } = options;
  const read = async (): Promise<Answer<Value>> => ({
    value: await run({
      settings,
      secrets,
      ...wire.context(time),
    }),
  });
  const stopped = time.stopped.then((outcome): Answer<Value> => ({ failed: outcome }));

  let answer: Answer<Value>;
  let thrown: AttemptResult["thrown"];
  try {
    answer = await withAccess<Answer<Value>>({
      tokens: options.tokens,
      use: (token) => wire.useToken(token),
      // The race is for a connector that does not listen to `deadline`.
      run: () => (time.signal.aborted ? stopped : Promise.race([read(), stopped])),
      isRefused: () => wire.exchange?.kind === "reply" && wire.exchange.status === 401,
      failed: (failed) => ({ failed }),
      stopped,
    });
  } catch (error) {
    thrown = { id: randomUUID(), error };
    answer = { unread: brokenBy(thrown.id) };
  }
  const durationMs = Math.round(performance.now() - startedMs);
  if ("value" in answer) {
    return { ok: true, value: maskValue(answer.value, wire.secrets) as Value, durationMs };
  }
  const unread = "unread" in answer ? answer.unread : unreadBy(answer.failed);
  return { ok: false, ...(maskValue(unread, wire.secrets) as Unread), thrown, durationMs };
}

type Answer<Value> = { readonly value: Value } | { readonly failed: Outcome } | { readonly unread: Unread };

function brokenBy(id: string): Unread {
  return {
    reason: "connector_error",
    message: {
      en: `The connector failed by a mistake of its own; the log has it under ${id}.`,
      de: `Der Connector ist an einem eigenen Fehler gescheitert; im Log steht er unter ${id}.`,
    },
  };
}

function unreadBy(outcome: Outcome): Unread {
  const reason = outcome.kind === "delivered" ? outcome.kind : outcome.reason;
  if (outcome.kind === "auth") {
    return {
      reason,
      message: { en: outcome.detail, de: "Die Verbindung ist nicht (mehr) autorisiert." },
      fix: { en: "Connect it again.", de: "Stelle die Verbindung neu her." },
    };
  }
  return {
    reason,
    message: {
      en: "The vendor did not answer in time.",
      de: "Der Anbieter hat nicht rechtzeitig geantwortet.",
    },
    fix: { en: "Try again in a minute.", de: "Versuche es in einer Minute noch einmal." },
  };
}
