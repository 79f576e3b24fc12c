/** Whose connection it is: of several senders only the one that is meant must die in the middle of its call. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether the process holds the connection from this local port. Where nobody can tell, it does. */
export function hasOpen(pid: number, port: number | undefined): boolean {
  if (process.platform !== "linux") return true;
  // Closed already.
  if (port === undefined) return false;
  try {
    const inode = inodeOf(port);
    const files = `/proc/${pid}/fd`;
    return readdirSync(files).some((file) => readlink(`${files}/${file}`) === `socket:[${inode}]`);
  } catch {
    // It is gone already.
    return false;
  }
}

function inodeOf(port: number): string | undefined {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const connections = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
  const found = connections
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(local));
  return found?.[9];
}

function readlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since it was listed.
    return "";
  }
}
