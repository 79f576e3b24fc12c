/**
 * Where a process writes its history. One write to the file for each line, before what it tells of goes on: what was
 * written survives kill -9, so the last line of a process that was killed is the last thing it did.
 */
import { randomBytes } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import type { HistoryEntry, HistoryLine } from "./line.ts";

export interface History {
  write(entry: HistoryEntry): void;
  /** Numbers what has a beginning and an end of its own. */
  nextOp(): number;
}

/** Appends to `path`, which several processes may share. Undefined without a path: then nothing is written. */
export function openHistory(path: string | undefined, app: string): History | undefined {
  if (path === undefined) return undefined;
  const file = openSync(path, "a");
  const by = `${app}-${process.pid}-${randomBytes(3).toString("hex")}`;
  let [lines, ops] = [0, 0];
  const history: History = {
    write(entry) {
      lines += 1;
      const line: HistoryLine = { by, n: lines, at: monotonicMs(), ...entry };
      writeSync(file, `${JSON.stringify(line)}\n`);
    },
    nextOp: () => (ops += 1),
  };
  history.write({ kind: "began", app, pid: process.pid });
  return history;
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
