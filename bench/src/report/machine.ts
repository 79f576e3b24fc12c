/** What a number was measured on. */
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { cacheFolder } from "../systems/data-folder.ts";
import { oneDigit } from "./numbers.ts";

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Median of writing 8 KiB and waiting for the disk: no answer that waits for a commit is quicker. */
  readonly fsyncMs: number;
}

const FSYNC_ROUNDS = 51;

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    fsyncMs: measureFsync(),
  };
}

/** The sentence above every result. */
export function introduce(command: string, startedAt: string, machine: Machine): string {
  const { cores, processor, memoryGiB, system, node, fsyncMs } = machine;
  return (
    `\`${command}\` on ${startedAt.slice(0, 10)}: ${cores} cores (${processor}), ${memoryGiB} GiB, ` +
    `${system}, Node ${node}; an fsync takes ${oneDigit(fsyncMs)} ms.`
  );
}

function measureFsync(): number {
  mkdirSync(cacheFolder, { recursive: true });
  const file = `${cacheFolder}fsync-${process.pid}`;
  const descriptor = openSync(file, "w");
  try {
    const page = Buffer.alloc(8_192);
    const times = Array.from({ length: FSYNC_ROUNDS }, () => {
      const before = performance.now();
      writeSync(descriptor, page);
      fsyncSync(descriptor);
      return performance.now() - before;
    });
    return times.toSorted((a, b) => a - b)[Math.floor(FSYNC_ROUNDS / 2)] ?? 0;
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
}
