/** Starts the bare loop as a system to measure. */
import { startChild } from "../child.ts";
import { stoppedOnInterrupt } from "../interrupt.ts";
import type { BareOrder } from "./bare-loop.ts";
import { profileArguments, type System, type SystemOptions } from "./system.ts";

export async function startBare({ targets, profileDir }: SystemOptions): Promise<System> {
  const program = new URL("./bare-loop.ts", import.meta.url);
  const child = startChild(program, profileArguments(profileDir, "bare"));
  const hookUrl = await child.ask<string>("hello");
  await child.ask({ targets } satisfies BareOrder);
  return {
    name: "bare",
    hookUrl,
    processes: [{ name: "bare", pid: child.pid }],
    stop: stoppedOnInterrupt(() => child.stop()),
  };
}
