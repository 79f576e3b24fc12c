/** The scenarios, by the names of `--scenario`. */
import { backlog } from "./backlog.ts";
import { failing } from "./failing.ts";
import { fanOut } from "./fan-out.ts";
import { hanging } from "./hanging.ts";
import { keptEvents } from "./kept-events.ts";
import { manySubscriptions } from "./many-subscriptions.ts";
import type { Scenario } from "./scenario.ts";
import { several } from "./several.ts";
import { telemetry } from "./telemetry.ts";

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  hanging,
  failing,
  backlog,
  "many-subscriptions": manySubscriptions,
  "kept-events": keptEvents,
  "fan-out": fanOut,
  several,
  telemetry,
};
