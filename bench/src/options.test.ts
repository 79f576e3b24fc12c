import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

test("without arguments the bare loop and standalone are measured at 400, 1,000 and the maximum", () => {
  expect(parseOptions([])).toMatchObject({
    ok: true,
    options: {
      seconds: 10,
      rates: [400, 1_000, "max"],
      systems: ["bare", "standalone"],
      fanOut: 1,
      docs: false,
    },
  });
});

test("each option is taken", () => {
  const args =
    "--seconds 3 --rates max,50 --systems split --fan-out 4 --bystanders 100 --idle-seconds 0 --json x.json";
  expect(parseOptions(args.split(" "))).toMatchObject({
    options: {
      seconds: 3,
      rates: ["max", 50],
      systems: ["split"],
      fanOut: 4,
      bystanders: 100,
      idleSeconds: 0,
      jsonFile: "x.json",
    },
  });
});

test.each([
  ["--rates", "fast", '"fast"'],
  ["--rates", "400,,max", '""'],
  ["--seconds", "0", '"0"'],
  ["--fan-out", "1.5", '"1.5"'],
  ["--systems", "toString", "bare, standalone, split, kafka"],
  ["--speed", "9", "--speed"],
])("%s %s is refused, naming %s", (name, value, named) => {
  expect(parseOptions([name, value])).toMatchObject({ ok: false, problem: expect.stringContaining(named) });
});
