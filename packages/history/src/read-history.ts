/** Reads histories from the files of a run, into the order of the clock that all its processes share. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { HistoryLine } from "./line.ts";

export async function readHistory(paths: readonly string[]): Promise<HistoryLine[]> {
  const lines: HistoryLine[] = [];
  for (const path of paths) {
    for await (const text of createInterface({ input: createReadStream(path) })) {
      // Cut off in the middle: its process was killed, or the disk was full.
      const line = parseLine(text);
      if (line !== undefined) lines.push(line);
    }
  }
  return inOrder(lines);
}

/** By time; those of one process in its own order. */
export function inOrder(lines: readonly HistoryLine[]): HistoryLine[] {
  return lines.toSorted((a, b) => a.at - b.at || (a.by === b.by ? a.n - b.n : 0));
}

function parseLine(text: string): HistoryLine | undefined {
  try {
    return JSON.parse(text) as HistoryLine;
  } catch {
    return undefined;
  }
}
