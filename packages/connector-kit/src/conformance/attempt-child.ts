/** A process that makes one attempt, says so, and waits to be killed. Started by kill-attempt.ts. */
import type { Connector } from "../connector.ts";
import { connectorEvent } from "../event.ts";
import { createAccessTokens } from "../oauth/access-tokens.ts";
import type { OAuthToken } from "../oauth/token.ts";
import { parseConnection, parseInput } from "../parse.ts";
import { performAttempt } from "../perform-attempt.ts";
import { openMemoryTokenStore } from "../testing/memory-token-store.ts";
import { DEADLINE_MS } from "./scene.ts";
import { openWiretap } from "./wiretap.ts";

export interface ChildTask {
  readonly module: string;
  readonly connector: string;
  readonly action: string;
  readonly input: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly token?: OAuthToken | undefined;
  readonly key: string;
  readonly event: { readonly type: string; readonly subject?: string | undefined; readonly body: string };
  readonly fakeUrl: string;
  readonly nowMs: number;
}

const task = JSON.parse(process.argv[2] ?? "") as ChildTask;
const exported = (await import(task.module)) as Readonly<Record<string, unknown>>;
const connector = Object.values(exported).flat().find(isConnector);
const action = connector?.actions[task.action];
if (connector === undefined || action === undefined) {
  throw new Error(`${task.module} exports no connector ${task.connector} with ${task.action}`);
}
const connection = parseConnection(connector, task);
const input = parseInput(action, task.input);
if (!connection.ok || !input.ok) throw new Error("the task does not fit its connector");
const http = openWiretap(task.fakeUrl);
const now = (): Date => new Date(task.nowMs);
const { auth } = connector.connection;
await performAttempt({
  connector,
  action,
  input: input.value,
  ...connection.value,
  tokens:
    auth?.kind === "oauth2"
      ? createAccessTokens({
          connector,
          auth,
          ...connection.value,
          http,
          store: openMemoryTokenStore(task.token),
          now,
        })
      : undefined,
  key: task.key,
  attempt: 1,
  event: connectorEvent({
    ...task.event,
    id: "evt_01k0000000000000000000000a",
    time: new Date("2026-11-23T12:00:00.500Z"),
    source: "src_01k0000000000000000000000a",
    contentType: "application/json",
    body: Buffer.from(task.event.body, "base64"),
  }),
  http,
  deadlineMs: DEADLINE_MS,
  now,
});
process.stdout.write("attempted\n");
// Here a dispatcher would record the outcome. It does not come to that.
setInterval(() => undefined, 60_000);

function isConnector(value: unknown): value is Connector {
  return typeof value === "object" && value !== null && "id" in value && value.id === task.connector;
}
