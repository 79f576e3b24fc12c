/** What took the CPU, from a profile that Node wrote (`--cpu-prof`). Pure. */

/** The parts of the V8 format that are read. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

export interface Share {
  readonly name: string;
  readonly selfMs: number;
  /** Of the time that was not idle. */
  readonly percent: number;
}

export interface ProfileSummary {
  readonly busyMs: number;
  /** By the function at the top of the stack, whoever called it. */
  readonly functions: readonly Share[];
  /** By the nearest function of this workspace below it: Node, libraries and native code are on their caller's bill. */
  readonly callers: readonly Share[];
  /** By package: of the caller as above, else the library that was called out of the event loop. */
  readonly packages: readonly Share[];
}

const IDLE = "(idle)";

export function summariseProfile(profile: CpuProfile): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)),
  );
  const [functions, callers, packages] = [1, 2, 3].map(() => new Map<string, number>()) as Totals;
  let busyMs = 0;
  for (const [index, id] of profile.samples.entries()) {
    const node = nodes.get(id);
    if (!node || node.callFrame.functionName === IDLE) continue;
    const ms = (profile.timeDeltas[index] ?? 0) / 1_000;
    busyMs += ms;
    const stack = stackOf(node, parents);
    const caller = stack.find(isOurs);
    add(functions, nameOf(node), ms);
    add(callers, caller ? nameOf(caller) : "(called by no function of ours)", ms);
    add(packages, packageOf(caller ?? stack.findLast(isLibrary) ?? node), ms);
  }
  const ranked = (shares: Map<string, number>): Share[] =>
    [...shares]
      .map(([name, selfMs]) => ({ name, selfMs, percent: (selfMs * 100) / busyMs }))
      .toSorted((a, b) => b.selfMs - a.selfMs);
  return { busyMs, functions: ranked(functions), callers: ranked(callers), packages: ranked(packages) };
}

type Totals = [Map<string, number>, Map<string, number>, Map<string, number>];

function add(totals: Map<string, number>, name: string, ms: number): void {
  totals.set(name, (totals.get(name) ?? 0) + ms);
}

/** From the function that ran down to the event loop. */
function stackOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): ProfileNode[] {
  const stack: ProfileNode[] = [];
  for (let each: ProfileNode | undefined = node; each; each = parents.get(each.id)) stack.push(each);
  return stack;
}

function isOurs({ callFrame: { url } }: ProfileNode): boolean {
  return url.startsWith("file:") && !url.includes("/node_modules/");
}

function isLibrary({ callFrame: { url } }: ProfileNode): boolean {
  return url.includes("/node_modules/");
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName || "(anonymous)";
  return url === "" ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`;
}

/** Without what lies above the workspace or the package. */
function placeOf(url: string): string {
  return url.replace(/^.*\/node_modules\//, "").replace(/^file:.*?\/(?=(apps|packages|bench)\/)/, "");
}

/** `undici/lib/x.js` → `undici`, `@scope/name/y.js` → `@scope/name`, `apps/api/src/z.ts` → `apps/api`, `node:net` → `node`. */
function packageOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (url === "") return functionName;
  const place = placeOf(url);
  if (place.startsWith("node:")) return "node";
  return place.split("/", /^(@|apps\/|packages\/)/.test(place) ? 2 : 1).join("/");
}
