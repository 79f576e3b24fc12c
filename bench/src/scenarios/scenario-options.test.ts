import { expect, test } from "vitest";
import { parseScenarioOptions } from "./scenario-options.ts";

test("without arguments every scenario runs on standalone, at the sizes that are promised", () => {
  expect(parseScenarioOptions([])).toMatchObject({
    ok: true,
    options: {
      scenarios: [
        "hanging",
        "failing",
        "backlog",
        "many-subscriptions",
        "kept-events",
        "fan-out",
        "several",
        "telemetry",
      ],
      systems: ["standalone"],
      backlog: 500_000,
      accounts: 1_000,
      keptEvents: 10_000_000,
    },
  });
});

test.each([
  ["--scenario", "flood", "hanging, failing"],
  ["--systems", "bare", "bare loop"],
  ["--backlog", "5", '"5"'],
])("%s %s is refused, naming %s", (name, value, named) => {
  const parsed = parseScenarioOptions([name, value]);
  expect(parsed).toMatchObject({ ok: false, problem: expect.stringContaining(named) });
});
