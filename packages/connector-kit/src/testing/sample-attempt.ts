/** A small connector with a secret in it, for the tests of `performAttempt`. */
import { z } from "zod";
import type { Action, AttemptOptions, AttemptResult, DeliverContext } from "../index.ts";
import {
  connectorEvent,
  createHttpClient,
  defineAction,
  defineConnection,
  defineConnector,
  natural,
  performAttempt,
} from "../index.ts";

export const CANARY = "canary/5f3a secret";
export const secrets = { token: CANARY };

export const connection = defineConnection({
  settings: z.object({ url: z.string() }),
  secrets: z.object({ token: z.string() }),
  authorise: (_request, env) => ({
    headers: { "x-time": env.now.toISOString(), "x-echo": `${env.secrets.token}!` },
    secretHeaders: { authorization: `Bearer ${Buffer.from(env.secrets.token).toString("base64")}` },
  }),
});
export type SampleContext = DeliverContext<{ url: string }, { token: string }>;

export function action(parts: Partial<Action<object, { url: string }, { token: string }>>): Action {
  const text = { title: { en: "T" }, summary: { en: "S" } };
  return defineAction({
    connection,
    ...text,
    input: z.object({}),
    repeat: natural("test"),
    samples: [],
    ...parts,
  });
}

export const planned = action({
  plan: (_input, { settings, key }) => ({
    method: "POST",
    url: `${settings.url}/x?token=${encodeURIComponent("a b")}&flag`,
    headers: { "x-key": key },
    body: "{}",
  }),
});

export const event = connectorEvent({
  id: "evt_1",
  type: "t",
  time: new Date(),
  source: "src_1",
  contentType: "application/json",
  body: Buffer.from("{}"),
});

/** Sends to a real server at `url` with a client of its own. */
export async function attempt(
  given: Action,
  options: Partial<AttemptOptions> & { url: string },
): Promise<AttemptResult> {
  const http = createHttpClient({ userAgent: "t", allowAddresses: ["127.0.0.0/8"] });
  const connector = defineConnector({
    id: "sample",
    title: { en: "T" },
    summary: { en: "S" },
    hosts: ["127.0.0.1"],
    connection,
    actions: { act: given },
  });
  try {
    return await performAttempt({
      connector,
      action: given,
      input: {},
      settings: { url: options.url },
      secrets,
      key: "dlv_1",
      attempt: 1,
      event,
      http,
      deadlineMs: 2_000,
      now: () => new Date("2026-11-23T12:00:00Z"),
      ...options,
    });
  } finally {
    await http.close();
  }
}
