/** `plan` is pure, secrets stay where they belong, and nothing goes where it should not. */
import { setTimeout as wait } from "node:timers/promises";
import { vi } from "vitest";
import type { Action, Connector } from "../../connector.ts";
import type { ConnectorEvent } from "../../event.ts";
import { parseInput } from "../../parse.ts";
import { performOptions } from "../../perform-options.ts";
import { performTest } from "../../perform-test.ts";
import { answer } from "../../testing/fake/faults.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { keepFile } from "../keep-file.ts";
import type { ConformanceOptions } from "../options.ts";
import { eventOf } from "../sample-event.ts";
import { DEADLINE_MS, KEY, openScene } from "../scene.ts";
import type { Scene } from "../scene.ts";
import { textsIn, tracesOf } from "../secret-traces.ts";
import { settle } from "../settle.ts";
import { watchSockets } from "../watch-sockets.ts";
import { wholeText } from "../wiretap.ts";

/** In one account's settings, so that plans are the same on every machine. */
const VENDOR_URL = "https://vendor.example";
const MANY = 10;
const SOCKET_MS = 20;

export function purityChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  const group = "purity and secrecy";
  return [
    {
      group,
      name: "plan is deterministic and does nothing, with a snapshot for each sample",
      run: () => plansPurely(connector, options),
    },
    { group, name: "secrets appear nowhere", line: "secrets", run: () => keepsSecrets(connector, options) },
    {
      group,
      name: "no request goes to a host outside `hosts`",
      line: "requests",
      run: () => keepsToHosts(connector, options),
    },
    {
      group,
      name: "two connections in parallel do not mix",
      line: "requests",
      run: () => keepsApart(connector, options),
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

async function keepsSecrets(connector: Connector, options: ConformanceOptions): Promise<void> {
  const written: string[] = [];
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation((...all) => void written.push(all.map(String).join(" "))),
  );
  try {
    for (const status of [undefined, 200, 400, 401, 500]) {
      await using scene = await openScene(connector, options);
      if (textsIn(scene.secrets).length === 0) {
        fail('It has no secrets; say so with `without: { secrets: "why" }`.');
      }
      // Some vendors repeat what they were sent.
      const echo = { says: scene.secrets, headers: scene.http.tapped.map(({ plan }) => plan.headers) };
      if (status !== undefined) {
        scene.fake.play(answer({ status, body: echo }), { times: Infinity, on: "any" });
      }
      const told = await everythingTold(scene, connector);
      const traces = tracesOf(scene.secrets, [...told, ...written].join("\n"));
      if (traces.length > 0) {
        fail(
          `${status === undefined ? "On success" : `After ${status}`} a part of ${traces.join(", ")} is told.`,
        );
      }
      const inUrl = tracesOf(scene.secrets, scene.http.tapped.map(({ plan }) => plan.url).join("\n"));
      if (inUrl.length > 0)
        fail(`${inUrl.join(", ")} is in an address, which everybody on the way writes down.`);
    }
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Whatever somebody may get to see, or the log gets. */
async function everythingTold(scene: Scene, connector: Connector): Promise<string[]> {
  const told: string[] = [];
  for (const action of Object.values(connector.actions)) {
    for (const sample of action.samples) {
      const settled = await settle(scene, { action, sample });
      for (const { thrown, reply, ...rest } of settled.attempts) {
        told.push(
          JSON.stringify(rest),
          JSON.stringify(reply?.headers),
          String(reply?.body),
          textOf(thrown?.error),
        );
      }
    }
    for (const field of Object.keys(action.options ?? {})) {
      const { connector: _, ...parts } = callParts(scene);
      const { thrown, ...rest } = await ignoringThrown(
        performOptions({ ...parts, connector, action, field }),
      );
      told.push(JSON.stringify(rest), textOf(thrown));
    }
  }
  const { thrown, ...rest } = await ignoringThrown(performTest(callParts(scene)));
  told.push(JSON.stringify(rest), textOf(thrown));
  return told;
}

async function ignoringThrown<Result extends object>(
  result: Promise<Result>,
): Promise<Omit<Result, "thrown"> & { readonly thrown: unknown }> {
  const settled = await result;
  const thrown: unknown = "thrown" in settled ? settled.thrown : undefined;
  return {
    ...settled,
    thrown: typeof thrown === "object" && thrown !== null && "error" in thrown ? thrown.error : undefined,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${error.stack}` : (JSON.stringify(error) ?? "");
}

export function callParts({ connector, settings, secrets, tokens, http, clock }: Scene) {
  return { connector, settings, secrets, tokens, http, deadlineMs: DEADLINE_MS, now: clock.now };
}

async function keepsToHosts(connector: Connector, options: ConformanceOptions): Promise<void> {
  await using scene = await openScene(connector, options);
  using sockets = watchSockets();
  const strays: string[] = [];
  const note = (what: string, error: unknown): void => {
    if (error instanceof Error && "code" in error && error.code === "connector.host_not_declared")
      strays.push(what);
  };
  for (const [name, action] of Object.entries(connector.actions)) {
    for (const sample of action.samples) {
      const { thrown } = await scene.attempt({ action, sample });
      note(name, thrown?.error);
    }
    for (const field of Object.keys(action.options ?? {})) {
      const { thrown } = await ignoringThrown(performOptions({ ...callParts(scene), action, field }));
      note(`the choices of ${name}.${field}`, thrown);
    }
  }
  note("test", (await ignoringThrown(performTest(callParts(scene)))).thrown);
  if (strays.length > 0) fail(`Outside \`hosts\`: ${strays.join(", ")}.`);
  const fakeAt = new URL(scene.fake.url).host;
  const others = sockets.opened.filter((each) => each !== fakeAt);
  if (others.length > 0)
    fail(`Past the kit's client, to ${others.join(", ")}. Use context.request or context.fetch.`);
}

async function keepsApart(connector: Connector, options: ConformanceOptions): Promise<void> {
  await using first = await openScene(connector, options, { index: 0 });
  await using second = await openScene(connector, options, { index: 1 });
  for (const [name, action] of Object.entries(connector.actions)) {
    const [sample] = action.samples;
    if (sample === undefined) continue;
    const results = await Promise.all(
      Array.from({ length: MANY }).flatMap((_, index) =>
        [first, second].map((scene, account) =>
          scene.attempt({ action, sample, key: `dlv_${name}_${account}_${index}` }),
        ),
      ),
    );
    const failed = results.find(({ outcome }) => outcome.kind !== "delivered" && outcome.kind !== "skipped");
    if (failed !== undefined)
      fail(`${name}: side by side, one ended with ${JSON.stringify(failed.outcome)}.`);
  }
  for (const [own, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const foreign = textsIn([other.connection.settings, other.secrets]).filter(
      (text) => !textsIn([own.connection.settings, own.secrets]).includes(text),
    );
    const sent = own.http.tapped.map(wholeText).join("\n");
    const found = foreign.filter((text) => sent.includes(text));
    if (found.length > 0)
      fail(`A request of one connection carries ${found.length} value(s) of another one.`);
  }
}
