/** A connection's `test`: whose account it is, and one trouble told from another. */
import type { Connector } from "../../connector.ts";
import type { TestResult } from "../../perform-test.ts";
import { performTest } from "../../perform-test.ts";
import { answer, hold, htmlInsteadOfJson, resetBeforeReading } from "../../testing/fake/faults.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import type { ConformanceOptions } from "../options.ts";
import { callParts, openScene } from "../scene.ts";

export function connectionTestChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  const group = "connection test";
  const line = "test";
  return [
    {
      group,
      line,
      name: "test() of a good connection is ok and names the account",
      run: () => testsGood(connector, options),
    },
    {
      group,
      line,
      name: "test() tells one trouble from another, each with a fix",
      run: () => tellsTroubles(connector, options),
    },
    {
      group,
      line,
      name: "test() survives what a vendor can do",
      run: () => survivesFaults(connector, options),
    },
  ];
}

async function testsGood(connector: Connector, options: ConformanceOptions): Promise<void> {
  await using scene = await openScene(connector, options);
  const result = await performTest(callParts(scene));
  if (!result.tested) fail('It has no `test`; say so with `without: { test: "why" }`.');
  if (!result.ok)
    fail(`A good connection is not ok: ${JSON.stringify(result.checks)} ${textOfThrown(result)}`);
  if (result.checks.length === 0) fail("It says it is ok and has looked at nothing.");
  if (result.account === undefined || result.account === "") fail("It does not say whose account it is.");
}

async function tellsTroubles(connector: Connector, options: ConformanceOptions): Promise<void> {
  const names = await troubleNames(connector, options);
  if (names.length === 0)
    fail("Give the fake `troubles`: { badToken() {…}, missingScope() {…} }, one for each that `test` tells.");
  const told = new Map<string, string>();
  for (const name of names) {
    await using scene = await openScene(connector, options);
    scene.vendor.troubles?.[name]?.();
    const result = await performTest(callParts(scene));
    if (result.thrown !== undefined) fail(`${name}: test() threw: ${textOfThrown(result)}`);
    const failing = result.checks.filter((check) => !check.ok);
    if (failing.length === 0) fail(`${name}: test() says that all is well.`);
    for (const { id, fix } of failing) {
      if (fix === undefined || fix.en === "") fail(`${name}: the check ${id} does not say what to do.`);
      if (options.without?.german === undefined && (fix.de ?? "") === "")
        fail(`${name}: the fix of ${id} has no German.`);
    }
    const signature = failing.map(({ id }) => id).join(", ");
    const same = told.get(signature);
    if (same !== undefined) fail(`${name} and ${same} look the same: both fail ${signature}.`);
    told.set(signature, name);
  }
}

async function troubleNames(connector: Connector, options: ConformanceOptions): Promise<string[]> {
  await using scene = await openScene(connector, options);
  return Object.keys(scene.vendor.troubles ?? {});
}

async function survivesFaults(connector: Connector, options: ConformanceOptions): Promise<void> {
  const faults = {
    "500": answer({ status: 500 }),
    HTML: htmlInsteadOfJson,
    "a reset": resetBeforeReading,
    silence: hold(false),
  };
  for (const [name, fault] of Object.entries(faults)) {
    await using scene = await openScene(connector, options);
    scene.fake.play(fault, { times: Infinity, on: "any" });
    const result = await performTest({ ...callParts(scene), deadlineMs: 300 });
    if (result.thrown !== undefined) fail(`After ${name} test() threw: ${textOfThrown(result)}`);
    if (result.ok) fail(`After ${name} test() says that all is well.`);
  }
}

function textOfThrown({ thrown }: TestResult): string {
  return thrown === undefined ? "" : String(thrown.error);
}
