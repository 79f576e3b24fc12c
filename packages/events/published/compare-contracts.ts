/** Every difference between what was published and what the code has now. */
import { isDeepStrictEqual } from "node:util";
import { compareSchemas } from "./compare-schemas.ts";
import type { Change } from "./compare-schemas.ts";
import type { Contracts, TypeContract } from "./contracts.ts";

export function compareContracts(published: Contracts, current: Contracts): Change[] {
  const names = new Set([...Object.keys(published.types), ...Object.keys(current.types)]);
  return [
    ...(published.topic === current.topic ? [] : [breaking(`the topic was renamed to ${current.topic}`)]),
    ...compareSchemas(published.headers, current.headers, "headers"),
    ...[...names].flatMap((name) => compareTypes(name, published.types[name], current.types[name])),
  ];
}

function compareTypes(name: string, was: TypeContract | undefined, is: TypeContract | undefined): Change[] {
  if (was === undefined) return [compatible(`${name} was added`)];
  if (is === undefined) return [breaking(`${name} was removed`)];

  const changes = [
    ...compareSchemas(was.schema, is.schema, name),
    ...compareSamples(name, was.samples, is.samples),
  ];
  if (was.documented && !is.documented) changes.push(breaking(`${name} is only assumed now`));
  if (was.version !== is.version)
    changes.push(breaking(`${name} has version ${is.version} instead of ${was.version}`));
  return changes;
}

/** People build their tests on samples: what stood there must go on standing there. */
function compareSamples(type: string, was: TypeContract["samples"], is: TypeContract["samples"]): Change[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name): Change[] => {
    const sample = `the sample ${type}/${name}`;
    if (!(name in was)) return [compatible(`${sample} was added`)];
    if (!(name in is)) return [breaking(`${sample} was removed`)];
    if (JSON.stringify(was[name]) === JSON.stringify(is[name])) return [];
    return holds(is[name], was[name])
      ? [compatible(`${sample} has more in it`)]
      : [breaking(`${sample} changed`)];
  });
}

/** Whether `after` says everything `before` did; it may say more. */
function holds(after: unknown, before: unknown): boolean {
  if (typeof before !== "object" || before === null || Array.isArray(before))
    return isDeepStrictEqual(after, before);
  return Object.entries(before).every(
    ([field, value]) =>
      typeof after === "object" &&
      after !== null &&
      Object.hasOwn(after, field) &&
      holds((after as Record<string, unknown>)[field], value),
  );
}

function breaking(what: string): Change {
  return { impact: "breaking", what };
}

function compatible(what: string): Change {
  return { impact: "compatible", what };
}
