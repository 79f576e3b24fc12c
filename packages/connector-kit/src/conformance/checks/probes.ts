/** Looking whether something arrived: a vendor that does not tell is no vendor that says no. */
import type { Action, Connector } from "../../connector.ts";
import * as faults from "../../testing/fake/faults.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { firstOf } from "../expect-outcome.ts";
import type { ConformanceOptions } from "../options.ts";
import { openScene } from "../scene.ts";
import { look } from "../settle.ts";

export function probeChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  return Object.entries(connector.actions)
    .filter(([, action]) => action.repeat.kind === "probe")
    .map(([name, action]) => ({
      group: "delivery",
      name: `${name}: what a probe cannot see is unknown, never absent`,
      run: () => looksCarefully(connector, options, name, action),
    }));
}

async function looksCarefully(
  connector: Connector,
  options: ConformanceOptions,
  name: string,
  action: Action,
): Promise<void> {
  const delivery = { action, sample: firstOf(name, action) };
  const troubles = {
    "500": faults.answer({ status: 500 }),
    "401": faults.answer({ status: 401 }),
    HTML: faults.htmlInsteadOfJson,
    "half a JSON": faults.truncatedJson,
    "a reset": faults.resetBeforeReading,
  };
  for (const [trouble, fault] of Object.entries(troubles)) {
    await using scene = await openScene(connector, options);
    const startedAt = scene.clock.now();
    await scene.attempt(delivery);
    scene.fake.play(fault, { times: Infinity, on: "any" });
    const probed = await look(scene, delivery, { firstAttemptAt: startedAt, startedAt, attempts: 1 });
    if (probed.kind === "absent")
      fail(`${name}: after ${trouble} it says "absent", and it would be sent again.`);
  }
}
