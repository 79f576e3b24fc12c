/**
 * Is what is installed what the lockfile says? A mark in node_modules holds a hash of everything an install
 * depends on. The root's postinstall writes it, so an install that a developer ran by hand counts as well.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PNPM_VERSION } from "./workspace.mjs";

const MARK = "node_modules/.stellwerk-install";

/** True when the dependencies in `root` were installed from its present lockfile, for this kind of machine. */
export function isInstalled(root) {
  try {
    return readFileSync(join(root, MARK), "utf8") === fingerprint(root);
  } catch {
    return false;
  }
}

export function markInstalled(root) {
  writeFileSync(join(root, MARK), fingerprint(root));
}

function fingerprint(root) {
  const hash = createHash("sha256").update(`${PNPM_VERSION} ${process.platform} ${process.arch}\n`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}
