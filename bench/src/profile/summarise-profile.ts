/** Which functions and packages took the CPU, from a profile that Node wrote (`--cpu-prof`). Pure. */

/** The parts of the V8 format that are read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly name: string;
  readonly selfMs: number;
  /** Of the time that was not idle. */
  readonly percent: number;
}

export interface ProfileSummary {
  readonly busyMs: number;
  readonly functions: readonly Share[];
  readonly packages: readonly Share[];
}

const IDLE = "(idle)";

export function summariseProfile(profile: CpuProfile): ProfileSummary {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  let busyMs = 0;
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    if (!frame || frame.functionName === IDLE) continue;
    const ms = (profile.timeDeltas[index] ?? 0) / 1_000;
    busyMs += ms;
    const place = shortPlace(frame.url);
    const line = frame.url === "" ? "" : ` ${place}:${frame.lineNumber + 1}`;
    add(functions, `${frame.functionName || "(anonymous)"}${line}`, ms);
    add(packages, packageOf(place) || frame.functionName, ms);
  }
  const ranked = (shares: Map<string, number>): Share[] =>
    [...shares]
      .map(([name, selfMs]) => ({ name, selfMs, percent: (selfMs * 100) / busyMs }))
      .toSorted((a, b) => b.selfMs - a.selfMs);
  return { busyMs, functions: ranked(functions), packages: ranked(packages) };
}

function add(totals: Map<string, number>, name: string, ms: number): void {
  totals.set(name, (totals.get(name) ?? 0) + ms);
}

/** Without what lies above the workspace or the package. */
function shortPlace(url: string): string {
  return url.replace(/^.*\/node_modules\//, "").replace(/^file:.*?\/(?=(apps|packages|bench)\/)/, "");
}

/** `undici/lib/x.js` → `undici`, `@scope/name/y.js` → `@scope/name`, `apps/api/src/z.ts` → `apps/api`. */
function packageOf(place: string): string {
  if (place.startsWith("node:")) return place.split("/", 1)[0] ?? place;
  return place.split("/", /^(@|apps\/|packages\/)/.test(place) ? 2 : 1).join("/");
}
