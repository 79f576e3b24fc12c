/** Whatever people type and events bring: nothing breaks, nothing breaks out. */
import type { Action, Connector } from "../../connector.ts";
import { alternativesIn, fieldsOf, inputJsonSchema } from "../../json-schema.ts";
import type { JsonSchema } from "../../json-schema.ts";
import { parseInput } from "../../parse.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { expectNotThrown, firstOf } from "../expect-outcome.ts";
import type { ConformanceOptions } from "../options.ts";
import { eventOf } from "../sample-event.ts";
import { openScene } from "../scene.ts";
import type { Tapped } from "../wiretap.ts";

const HOSTILE = [
  String.raw`O'Brien \' OR 1=1`,
  "<!channel>",
  "{{x}}",
  "x".repeat(10_000),
  "Größe 😀 👩‍👩‍👧",
  "one\ntwo\r\nx-injected: three",
  "‮שלום‬ مرحبا",
  "a/b?c#d",
  "../../admin",
  "",
];
const BENIGN = "abc";

export function inputChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  const group = "inputs";
  return Object.entries(connector.actions).flatMap(([name, action]): ConformanceCheck[] => [
    {
      group,
      name: `${name}: hostile strings are refused or sent as they are`,
      run: () => takesHostile(connector, options, name, action),
    },
    {
      group,
      name: `${name}: null and missing paths are an outcome, not an accident`,
      run: () => takesNothing(connector, options, name, action),
    },
  ]);
}

async function takesHostile(
  connector: Connector,
  options: ConformanceOptions,
  name: string,
  action: Action,
): Promise<void> {
  await using scene = await openScene(connector, options);
  const sample = firstOf(name, action);
  let number = 0;
  const shapeWith = async (input: unknown, event = eventOf(sample)): Promise<string[]> => {
    const before = scene.http.tapped.length;
    const result = await scene.attempt({ action, sample, input, event, key: `dlv_${(number += 1)}` });
    expectNotThrown(result);
    const reason = "reason" in result.outcome ? result.outcome.reason : "";
    if (reason === "invalid_request") fail("it made a request that cannot be sent");
    expectKeys(action, input);
    const asked = scene.http.tapped.slice(before);
    // A token is asked for when there is none, whatever the input.
    return asked.filter(({ plan }) => !scene.isForToken({ path: new URL(plan.url).pathname })).map(shapeOf);
  };
  for (const path of textPaths(inputJsonSchema(action), sample.input)) {
    const benign = replaced(sample.input, path, BENIGN);
    const usual = parseInput(action, benign).ok ? await shapeWith(benign) : undefined;
    for (const text of HOSTILE) {
      const input = replaced(sample.input, path, text);
      if (!parseInput(action, input).ok) continue;
      await named(`${path.join(".")} = ${JSON.stringify(text.slice(0, 30))}`, async () => {
        const shape = await shapeWith(input);
        if (usual !== undefined) expectSameShape(usual, shape);
      });
    }
  }
  const usual = await shapeWith(sample.input);
  for (const text of HOSTILE) {
    await named(`an event about ${JSON.stringify(text.slice(0, 30))}`, async () => {
      const body = Buffer.from(
        JSON.stringify({ event: text, website: { id: text, title: text, status: text } }),
      );
      expectSameShape(usual, await shapeWith(sample.input, eventOf(sample, { body, subject: text })));
    });
  }
}

/** What the engine queues and counts by. */
function expectKeys(action: Action, input: unknown): void {
  const parsed = parseInput(action, input);
  if (!parsed.ok) return;
  for (const by of ["serialiseBy", "limitBy"] as const) {
    const key: unknown = action[by]?.(parsed.value);
    if (key !== undefined && (typeof key !== "string" || key === "")) {
      fail(`${by} gives ${JSON.stringify(key)}, which is nothing to go by`);
    }
  }
}

/** Where a value stands must not depend on what it is: as many steps in the path, the same names everywhere. */
function shapeOf({ plan }: Tapped): string {
  const url = new URL(plan.url);
  const headers = Object.keys(plan.headers).toSorted();
  if (/json/.test(plan.headers["content-type"] ?? "") && plan.body !== undefined) {
    const text = typeof plan.body === "string" ? plan.body : Buffer.from(plan.body).toString("utf8");
    JSON.parse(text);
  }
  const steps = url.pathname.split("/").length;
  return JSON.stringify([plan.method, url.host, steps, [...url.searchParams.keys()], url.hash, headers]);
}

function expectSameShape(usual: readonly string[], shape: readonly string[]): void {
  // An unknown id may end it early; what was sent until then is the same.
  const broken = shape.findIndex((each, index) => index < usual.length && each !== usual[index]);
  if (broken === -1) return;
  fail(
    `the request is another one:\n${usual[broken]}\n${shape[broken]}\nEncode what goes into an address or a header.`,
  );
}

async function takesNothing(
  connector: Connector,
  options: ConformanceOptions,
  name: string,
  action: Action,
): Promise<void> {
  await using scene = await openScene(connector, options);
  const sample = firstOf(name, action);
  let number = 0;
  const bodies = ["{}", "null", '{"website":null}', '{"website":{"title":null}}', "not json", ""];
  for (const body of bodies) {
    const key = `dlv_${(number += 1)}`;
    const event = eventOf(sample, { body: Buffer.from(body), subject: undefined });
    await named(`an event that is ${body || "empty"}`, async () =>
      expectNotThrown(await scene.attempt({ action, sample, event, key })),
    );
  }
  for (const field of fieldsOf(inputJsonSchema(action)).keys()) {
    for (const value of [null, undefined]) {
      const input = replaced(sample.input, [field], value);
      if (!parseInput(action, input).ok) continue;
      const key = `dlv_${(number += 1)}`;
      await named(`${field} is ${value === null ? "null" : "missing"}`, async () =>
        expectNotThrown(await scene.attempt({ action, sample, input, key })),
      );
    }
  }
}

/** Every place for a text: those of the sample, and the fields that it leaves out. */
function textPaths(schema: JsonSchema, sample: unknown): string[][] {
  const found = new Map(textsIn(sample, []).map((path) => [path.join("."), path]));
  for (const [name, field] of fieldsOf(schema)) {
    if ([field, ...alternativesIn(field)].some(({ type }) => type === "string")) found.set(name, [name]);
  }
  return [...found.values()];
}

function textsIn(value: unknown, path: string[]): string[][] {
  if (typeof value === "string") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, [...path, name]));
}

function replaced(value: unknown, [step, ...rest]: readonly string[], put: unknown): unknown {
  if (step === undefined) return put;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === step ? replaced(each, rest, put) : each));
  const object = asObject(value);
  const { [step]: old, ...others } = object;
  const fresh = replaced(old, rest, put);
  return fresh === undefined ? others : { ...others, [step]: fresh };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

async function named(what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
