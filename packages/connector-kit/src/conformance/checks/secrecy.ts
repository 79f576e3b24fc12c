/** Secrets stay where they belong, requests go where they should, and nobody meets another one's connection. */
import { vi } from "vitest";
import type { Connector } from "../../connector.ts";
import type { OptionsResult } from "../../perform-options.ts";
import { performOptions } from "../../perform-options.ts";
import type { TestResult } from "../../perform-test.ts";
import { performTest } from "../../perform-test.ts";
import { answer } from "../../testing/fake/faults.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import type { ConformanceOptions } from "../options.ts";
import { callParts, openScene } from "../scene.ts";
import type { Scene } from "../scene.ts";
import { textsIn, tracesOf } from "../secret-traces.ts";
import { settle } from "../settle.ts";
import { watchSockets } from "../watch-sockets.ts";
import { wholeText } from "../wiretap.ts";

const MANY = 10;

export function secrecyChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  const group = "purity and secrecy";
  return [
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
      const echo = { status: status ?? 0, body: { youSent: scene.secrets } };
      if (status !== undefined) scene.fake.play(answer(echo), { times: Infinity, on: "any" });
      const told = await everythingTold(scene);
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
async function everythingTold(scene: Scene): Promise<string[]> {
  const told: string[] = [];
  for (const action of Object.values(scene.connector.actions)) {
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
      const choices = await performOptions({ ...callParts(scene), action, field });
      told.push(JSON.stringify(choices), textOf(errorIn(choices)));
    }
  }
  const tested = await performTest(callParts(scene));
  told.push(JSON.stringify(tested), textOf(errorIn(tested)));
  return told;
}

function errorIn(result: TestResult | OptionsResult): unknown {
  return "thrown" in result ? result.thrown?.error : undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${error.stack}` : (JSON.stringify(error) ?? "");
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
      const choices = await performOptions({ ...callParts(scene), action, field });
      note(`the choices of ${name}.${field}`, errorIn(choices));
    }
  }
  note("test", errorIn(await performTest(callParts(scene))));
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
