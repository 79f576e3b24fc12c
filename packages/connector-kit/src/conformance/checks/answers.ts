/** What the vendor's answers mean: refused for good, unknown, or no longer let in. */
import { classifyExchange } from "../../classify.ts";
import type { Action, Connector } from "../../connector.ts";
import type { OutcomeKind } from "../../outcome.ts";
import { answer } from "../../testing/fake/faults.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { expectKinds, expectNotThrown, firstOf } from "../expect-outcome.ts";
import type { ConformanceOptions, Line } from "../options.ts";
import { openScene } from "../scene.ts";
import { settle } from "../settle.ts";

const NEVER = Infinity;

export function answerChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  return Object.entries(connector.actions).flatMap(([name, action]): ConformanceCheck[] => {
    const tried = { connector, options, name, action };
    const check = (line: Line, claim: string, run: (tried: Tried) => Promise<void>): ConformanceCheck => ({
      group: "delivery",
      name: `${name}: ${claim}`,
      line,
      run: () => run(tried),
    });
    return [
      check("rejection", "what is rejected is not tried again, and says so in the vendor's words", rejects),
      check("unknown_status", "an unknown status means what the default table says", knowsDefaults),
      check("unknown_code", "an unknown error inside a 2xx is tried again, then rejected", triesUnknown),
      check("requests", "401 for ever costs one new token and two requests at most", endsAt401),
    ];
  });
}

interface Tried {
  readonly connector: Connector;
  readonly options: ConformanceOptions;
  readonly name: string;
  readonly action: Action;
}

async function rejects({ connector, options, name, action }: Tried): Promise<void> {
  const { rejection } = options;
  if (rejection === undefined)
    return fail("Give the suite `rejection`: a reply that refuses for good, and what it says.");
  await using scene = await openScene(connector, options);
  scene.fake.play(answer(rejection.reply), { times: NEVER });
  const settled = await settle(scene, { action, sample: firstOf(name, action) });
  const [result] = settled.attempts;
  if (result === undefined) return fail(`${name}: nothing was tried.`);
  expectNotThrown(result);
  expectKinds(result, ["rejected"]);
  const said = result.outcome.kind === "rejected" ? result.outcome.detail : "";
  if (!said.includes(rejection.says))
    fail(`${name}: expected the vendor's words "${rejection.says}", got "${said}".`);
  const sent = scene.http.tapped.filter(({ mutating }) => mutating).length;
  if (sent !== 1) fail(`${name}: what is rejected was sent ${sent} times.`);
}

async function knowsDefaults({ connector, options, name, action }: Tried): Promise<void> {
  for (const status of [418, 451, 507, 599]) {
    await using scene = await openScene(connector, options);
    scene.fake.play(answer({ status }), { times: NEVER });
    const result = await scene.attempt({ action, sample: firstOf(name, action) });
    expectNotThrown(result);
    const { exchange } = scene.http.tapped.findLast(({ mutating }) => mutating) ?? {};
    if (exchange === undefined) return fail(`${name}: it sent nothing that changes something.`);
    expectKinds(result, [classifyExchange(exchange, scene.clock.now()).kind], `after ${status}`);
  }
}

async function triesUnknown({ connector, options, name, action }: Tried): Promise<void> {
  const { unknownCode } = options;
  if (unknownCode === undefined)
    return fail("Give the suite `unknownCode`: a 2xx with an error nobody has heard of.");
  await using scene = await openScene(connector, options);
  scene.fake.play(answer(unknownCode), { times: NEVER });
  const settled = await settle(scene, { action, sample: firstOf(name, action) });
  const kinds = settled.attempts.map(({ outcome }) => outcome.kind);
  if (kinds[0] !== "retry" || kinds.at(-1) !== "rejected") {
    fail(`${name}: expected retry, …, rejected; got ${kinds.join(", ")}. The kit's \`unknownCode\` does it.`);
  }
}

async function endsAt401({ connector, options, name, action }: Tried): Promise<void> {
  await using scene = await openScene(connector, options);
  const sample = firstOf(name, action);
  // Has its token in memory, as after a delivery.
  await scene.attempt({ action, sample, key: "dlv_01k0000000000000000000000w" });
  const before = { sent: scene.http.tapped.length, seen: scene.fake.requests.length };
  scene.fake.play(answer({ status: 401 }), { times: NEVER, on: "any" });
  const result = await scene.attempt({ action, sample });
  expectNotThrown(result);
  const allowed: OutcomeKind[] = ["auth", "retry", "misconfigured"];
  expectKinds(result, allowed, "after 401");
  const asked = scene.fake.requests.slice(before.seen);
  const tokens = asked.filter((request) => scene.isForToken(request)).length;
  if (tokens > 1) fail(`${name}: it asked for ${tokens} tokens.`);
  if (asked.length - tokens > 2) fail(`${name}: it sent ${asked.length - tokens} requests.`);
}
