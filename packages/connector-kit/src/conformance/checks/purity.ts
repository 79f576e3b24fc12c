/** `plan` is pure: the same every time, and it does nothing. */
import { setTimeout as wait } from "node:timers/promises";
import { vi } from "vitest";
import type { Action, Connector } from "../../connector.ts";
import type { ConnectorEvent } from "../../event.ts";
import { parseInput } from "../../parse.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { keepFile } from "../keep-file.ts";
import type { ConformanceOptions } from "../options.ts";
import { eventOf } from "../sample-event.ts";
import { KEY } from "../scene.ts";
import { watchSockets } from "../watch-sockets.ts";

/** In one account's settings, so that plans are the same on every machine. */
const VENDOR_URL = "https://vendor.example";
const SOCKET_MS = 20;

export function purityChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  return [
    {
      group: "purity and secrecy",
      name: "plan is deterministic and does nothing, with a snapshot for each sample",
      run: () => plansPurely(connector, options),
    },
  ];
}

async function plansPurely(connector: Connector, options: ConformanceOptions): Promise<void> {
  const settings = connector.connection.settings.parse(options.connection(VENDOR_URL, 0).settings);
  const plans: Record<string, Record<string, unknown>> = {};
  for (const [name, action] of Object.entries(connector.actions)) {
    if (action.plan === undefined) continue;
    for (const sample of action.samples) {
      const input = parseInput(action, sample.input);
      const env = deepFreeze({ key: KEY, event: frozenEvent(eventOf(sample)), settings });
      const plan = await planTwice(name, action, input.ok ? deepFreeze(input.value) : undefined, env);
      (plans[name] ??= {})[sample.name] = plan;
    }
  }
  const file = new URL("conformance/plans.json", options.folder);
  await keepFile(file, `${JSON.stringify(plans, null, 2)}\n`);
}

async function planTwice(
  name: string,
  action: Action,
  input: unknown,
  env: Parameters<NonNullable<Action["plan"]>>[1],
): Promise<unknown> {
  using sockets = watchSockets();
  const plans = ["2026-01-01T00:00:00Z", "2031-07-08T09:10:11Z"].map((time) => {
    vi.useFakeTimers({ now: new Date(time), toFake: ["Date"] });
    try {
      return JSON.stringify(shown(action.plan?.(input, env)));
    } finally {
      vi.useRealTimers();
    }
  });
  // A connection is opened a moment after it was asked for.
  await wait(SOCKET_MS);
  if (plans[0] !== plans[1]) fail(`${name}: the same input gave two plans:\n${plans.join("\n")}`);
  if (sockets.opened.length > 0) fail(`${name}: plan opened a connection to ${sockets.opened.join(", ")}`);
  return JSON.parse(plans[0] ?? "null") as unknown;
}

/** A body as somebody can read it. */
function shown(plan: ReturnType<NonNullable<Action["plan"]>> | undefined): unknown {
  if (plan === undefined) return null;
  if ("then" in plan)
    return fail("plan is not a promise: what it needs is in its input, its event and the settings");
  const { body } = plan;
  return body instanceof Uint8Array ? { ...plan, body: Buffer.from(body).toString("utf8") } : plan;
}

/** With its `data` read, which is a getter. */
function frozenEvent(event: ConnectorEvent): ConnectorEvent {
  return { ...event, data: deepFreeze(event.data) };
}

function deepFreeze<Value>(value: Value): Value {
  // What bytes are in cannot be frozen.
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
