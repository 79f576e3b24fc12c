/** One attempt, one request, one effect: whatever the vendor and the way to it do. */
import { setTimeout as wait } from "node:timers/promises";
import type { Action, Connector, Sample } from "../../connector.ts";
import { hold } from "../../testing/fake/faults.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { expectKinds, expectNotThrown, firstOf } from "../expect-outcome.ts";
import type { ConformanceOptions } from "../options.ts";
import { KEY, openScene } from "../scene.ts";
import type { Scene } from "../scene.ts";
import { essence } from "../wiretap.ts";
import type { Tapped } from "../wiretap.ts";

const MOST_ABORT_MS = 250;
const ABORT_TRIES = 3;

export function deliveryChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  const group = "delivery";
  return Object.entries(connector.actions).flatMap(([name, action]): ConformanceCheck[] => {
    const check = (
      claim: string,
      run: () => Promise<void>,
      line?: ConformanceCheck["line"],
    ): ConformanceCheck => ({
      group,
      name: `${name}: ${claim}`,
      line: line ?? "requests",
      run,
    });
    const tried = { connector, options, name, action };
    return [
      {
        ...check("each sample is delivered, by at most one mutating request", () => delivers(tried)),
        line: undefined,
      },
      check("its output is what the action says", () => parsesOutput(tried), "output"),
      check("the key stays the same over attempts, and another delivery has another", () => keepsKey(tried)),
      check("an abort ends it within 250 ms, and nothing is sent after it", () => honoursAbortOnce(tried)),
    ];
  });
}

interface Tried {
  readonly connector: Connector;
  readonly options: ConformanceOptions;
  readonly name: string;
  readonly action: Action;
}

async function delivers({ connector, options, action }: Tried): Promise<void> {
  for (const sample of action.samples) {
    await using scene = await openScene(connector, options);
    const result = await scene.attempt({ action, sample });
    expectNotThrown(result);
    expectKinds(result, ["delivered", "skipped"]);
    expectOneMutation(scene, sample);
    const { length } = scene.vendor.effects();
    const wanted = scene.http.tapped.some(({ mutating }) => mutating) ? 1 : 0;
    if (result.outcome.kind === "delivered" && length > Math.max(1, wanted)) {
      fail(`${sample.name}: one delivery had ${length} effects; two effects are two actions.`);
    }
    if (result.outcome.kind === "delivered" && wanted === 1 && length !== 1) {
      fail(`${sample.name}: it says it delivered, and the vendor counts ${length} effects.`);
    }
  }
}

function expectOneMutation(scene: Scene, sample: Sample): void {
  const said = scene.http.tapped.filter(({ mutating }) => mutating).length;
  if (said > 1)
    fail(`${sample.name}: one attempt sent ${said} mutating requests; at most one is safe to repeat.`);
  const { vendor, fake } = scene;
  const done = fake.requests.filter(
    (request) =>
      !scene.isForToken(request) &&
      (vendor.mutates?.(request) ?? (request.method !== "GET" && request.method !== "HEAD")),
  ).length;
  if (done > said) {
    fail(
      `${sample.name}: a request says \`mutating: false\`, and the vendor's fake takes it for a change. If it reads, give the fake \`mutates\`.`,
    );
  }
}

async function parsesOutput({ connector, options, action }: Tried): Promise<void> {
  const { output } = action;
  if (output === undefined) return;
  for (const sample of action.samples) {
    await using scene = await openScene(connector, options);
    const { outcome } = await scene.attempt({ action, sample });
    if (outcome.kind !== "delivered") continue;
    const parsed = output.safeParse(outcome.output);
    if (!parsed.success)
      fail(`${sample.name}: ${JSON.stringify(outcome.output)} is no output of its: ${parsed.error.message}`);
  }
}

async function keepsKey({ connector, options, name, action }: Tried): Promise<void> {
  const sample = firstOf(name, action);
  const sent = [];
  for (const [key, attempt] of [
    [KEY, 1],
    [KEY, 2],
    ["dlv_01k0000000000000000000000z", 1],
  ] as const) {
    await using scene = await openScene(connector, options);
    await scene.attempt({ action, sample, key }, { attempt });
    const mutations = scene.http.tapped
      .filter(({ mutating }) => mutating)
      .map((tapped) => withoutAuthorisation(scene, tapped, key));
    const shown = { url: scene.fake.url, host: new URL(scene.fake.url).host };
    // Each scene has a port of its own.
    const settled = (text: string): string => text.replaceAll(shown.url, "").replaceAll(shown.host, "");
    sent.push(settled(JSON.stringify(mutations.map(essence))));
  }
  const [first, again, other] = sent;
  const { kind } = action.repeat;
  if (kind === "never") return;
  if (kind !== "probe" && first !== again) {
    fail(`${name}: the second attempt sends something else than the first:\n${first}\n${again}`);
  }
  if (kind !== "natural" && first === other) {
    fail(
      `${name}: another delivery sends the same request, so nothing tells the two apart. Put \`key\` into it.`,
    );
  }
}

/** What proves who we are may differ each time, and says nothing about which delivery it is. */
function withoutAuthorisation(
  { connector, settings, secrets, clock }: Scene,
  tapped: Tapped,
  key: string,
): Tapped {
  const { plan } = tapped;
  const added = connector.connection.authorise?.(plan, { key, settings, secrets, now: clock.now() }) ?? {};
  const names = new Set(["authorization", ...Object.keys({ ...added.headers, ...added.secretHeaders })]);
  const headers = Object.fromEntries(Object.entries(plan.headers).filter(([name]) => !names.has(name)));
  return { ...tapped, plan: { ...plan, headers } };
}

/** Other work on the machine may slow one of them. */
async function honoursAbortOnce(tried: Tried): Promise<void> {
  for (let tries = 1; tries < ABORT_TRIES; tries += 1) {
    const isQuick = await honoursAbort(tried).then(
      () => true,
      () => false,
    );
    if (isQuick) return;
  }
  await honoursAbort(tried);
}

async function honoursAbort({ connector, options, name, action }: Tried): Promise<void> {
  await using scene = await openScene(connector, options);
  const held = scene.fake.play(hold(false), { on: "any" });
  const stop = new AbortController();
  const attempt = scene.attempt(
    { action, sample: firstOf(name, action) },
    { signal: stop.signal, deadlineMs: 10_000 },
  );
  await Promise.race([held.reached, attempt]);
  const startedMs = performance.now();
  stop.abort();
  const result = await attempt;
  const tookMs = performance.now() - startedMs;
  if (tookMs > MOST_ABORT_MS) fail(`${name}: it went on for ${Math.round(tookMs)} ms after the abort.`);
  const left = await Promise.race([held.closed.then(() => "closed"), wait(MOST_ABORT_MS, "open")]);
  if (left === "open")
    fail(`${name}: the request goes on after the abort; send with context.request or context.deadline.`);
  expectKinds(result, ["retry", "in_doubt"]);
  const { length } = scene.fake.requests;
  await wait(MOST_ABORT_MS);
  if (scene.fake.requests.length > length) fail(`${name}: it sent another request after the abort.`);
}
