/**
 * Wall clocks that can be stepped, one for each process: libfaketime reads the offset from a file. What cannot be
 * stepped here is said with its reason.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LIBRARIES = [
  "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
  "/usr/lib64/faketime/libfaketimeMT.so.1",
];

export interface Clock {
  /** For the process whose clock it is. */
  readonly env: Readonly<Record<string, string>>;
  step(seconds: number): void;
}

/** Undefined where libfaketime is not installed. */
export function openClock(folder: string, name: string): Clock | undefined {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (library === undefined) return undefined;
  const file = join(folder, `clock-${name}`);
  const step = (seconds: number) => writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}\n`);
  step(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: "1",
      // The monotonic clock is nobody's to step, on a real machine either.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    },
    step,
  };
}

export const NO_CLOCKS = "libfaketime is not installed (Debian: apt-get install libfaketime)";
