/** Two at once, and a process that is killed: still one effect. */
import type { Action, Connector } from "../../connector.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { expectOneEffect, firstOf } from "../expect-outcome.ts";
import { killAttempt } from "../kill-attempt.ts";
import type { KillMoment } from "../kill-attempt.ts";
import type { ConformanceOptions } from "../options.ts";
import { openScene } from "../scene.ts";
import { settle } from "../settle.ts";

const MOMENTS: readonly KillMoment[] = [
  "before the vendor does it",
  "after it, before its reply",
  "after its reply",
];

export function crashChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  const group = "delivery";
  return Object.entries(connector.actions).flatMap(([name, action]): ConformanceCheck[] => [
    {
      group,
      name: `${name}: twins: two deliveries of one key have one effect`,
      line: "requests",
      run: () => sendsTwins(connector, options, name, action),
    },
    ...MOMENTS.map((moment): ConformanceCheck => ({
      group,
      name: `${name}: SIGKILL between send and record, ${moment}: one effect, or a recorded doubt`,
      line: "requests",
      run: () => survivesKill(connector, options, { name, action, moment }),
    })),
  ]);
}

async function sendsTwins(
  connector: Connector,
  options: ConformanceOptions,
  name: string,
  action: Action,
): Promise<void> {
  await using scene = await openScene(connector, options);
  const delivery = { action, sample: firstOf(name, action) };
  const { kind } = action.repeat;
  if (kind === "natural" || kind === "key") {
    // Only the key, or the state they lead to, holds them together.
    const twins = await Promise.all([settle(scene, delivery), settle(scene, delivery)]);
    for (const settled of twins) expectOneEffect(scene, action, settled);
    return;
  }
  // The engine's mark lets one of them begin; the other finds it started, and must not send blindly.
  expectOneEffect(scene, action, await settle(scene, delivery));
  expectOneEffect(scene, action, await settle(scene, delivery, { begin: "started" }));
}

interface Killed {
  readonly name: string;
  readonly action: Action;
  readonly moment: KillMoment;
}

async function survivesKill(
  connector: Connector,
  options: ConformanceOptions,
  { name, action, moment }: Killed,
): Promise<void> {
  await using scene = await openScene(connector, options);
  const delivery = { action, sample: firstOf(name, action) };
  await killAttempt(scene, delivery, moment, options);
  const before = scene.vendor.effects().length;
  const expected = moment === "before the vendor does it" ? 0 : 1;
  if (before !== expected)
    fail(`${name}: the attempt that was killed left ${before} effects, expected ${expected}.`);
  expectOneEffect(scene, action, await settle(scene, delivery, { begin: "started" }));
}
