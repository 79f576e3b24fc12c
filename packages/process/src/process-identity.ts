/**
 * What proves that a process is dead: its pid is gone from the process table it was in. Two processes that name the
 * same machine look into the same table. A pid that was given out again seems alive, and then only time tells.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessIdentity {
  readonly pid: number;
  /** Null: nobody can tell by the pid. */
  readonly machine: string | null;
}

/**
 * The boot and the pid namespace, as Linux tells them: two containers of one machine have tables of their own. The
 * name of the host keeps copies of one virtual machine apart, which have the same boot.
 */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, machine: machineName() };
}

/** True only if it cannot be alive any more. */
export function isGone(other: ProcessIdentity, own: ProcessIdentity): boolean {
  if (other.machine === null || other.machine !== own.machine) return false;
  try {
    process.kill(other.pid, 0);
    return false;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function machineName(): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${hostname()} ${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}
