/** What a process and its children have used, read from Linux' /proc. */
import { readFileSync } from "node:fs";

export interface Usage {
  /** User and system time of the process, its living children and those it has already waited for. */
  readonly cpuMs: number;
  /** Resident. Shared memory is counted once, not once per child. */
  readonly memoryBytes: number;
}

/** The kernel's unit in /proc, 100 a second on every platform that Node runs on. */
const MS_PER_TICK = 10;

/** Undefined where there is no /proc, or when the process has ended. */
export function readUsage(pid: number): Usage | undefined {
  const own = readOne(pid);
  if (own === undefined) return undefined;
  const family = [own, ...readChildren(pid).flatMap((child) => readOne(child) ?? [])];
  const sum = (pick: (one: OneProcess) => number) => family.reduce((total, one) => total + pick(one), 0);
  const largest = (pick: (one: OneProcess) => number) => Math.max(...family.map(pick));
  return {
    cpuMs: (sum((one) => one.stat.ticks) + own.stat.reapedTicks) * MS_PER_TICK,
    memoryBytes:
      sum((one) => one.memory.anonymous) +
      largest((one) => one.memory.shared) +
      largest((one) => one.memory.file),
  };
}

/** User and system time of everything on the machine; undefined where there is no /proc. */
export function readMachineCpuMs(): number | undefined {
  try {
    return parseMachineCpuMs(readFileSync("/proc/stat", "latin1"));
  } catch {
    return undefined;
  }
}

/** `cpu user nice system idle …` over all cores; interrupts are nobody's and left out. */
export function parseMachineCpuMs(text: string): number {
  const [user = 0, nice = 0, system = 0] = text.split("\n", 1)[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  return (user + nice + system) * MS_PER_TICK;
}

interface OneProcess {
  readonly stat: Stat;
  readonly memory: Memory;
}

function readOne(pid: number): OneProcess | undefined {
  try {
    return {
      stat: parseStat(readFileSync(`/proc/${pid}/stat`, "latin1")),
      memory: parseMemory(readFileSync(`/proc/${pid}/status`, "latin1")),
    };
  } catch {
    return undefined;
  }
}

function readChildren(pid: number): number[] {
  try {
    const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    return pids === "" ? [] : pids.split(" ").map(Number);
  } catch {
    return [];
  }
}

interface Stat {
  readonly ticks: number;
  /** Of children that ended and were waited for. */
  readonly reapedTicks: number;
}

/** `pid (name) state …`; the name may hold spaces and brackets, so fields are counted after the last bracket. */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  return { ticks: field(14) + field(15), reapedTicks: field(16) + field(17) };
}

interface Memory {
  readonly anonymous: number;
  readonly file: number;
  readonly shared: number;
}

export function parseMemory(text: string): Memory {
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) * 1_024;
  return { anonymous: bytes("RssAnon"), file: bytes("RssFile"), shared: bytes("RssShmem") };
}
