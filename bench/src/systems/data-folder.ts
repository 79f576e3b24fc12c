/** A data directory for one run, on the disk of the workspace: /tmp may be memory, and fsync has to cost what it costs. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const cacheFolder = fileURLToPath(new URL("../../.cache/", import.meta.url));

export interface DataFolder {
  readonly path: string;
  remove(): void;
}

export function makeDataFolder(name: string): DataFolder {
  mkdirSync(cacheFolder, { recursive: true });
  const path = mkdtempSync(join(cacheFolder, `${name}-`));
  return {
    path,
    remove() {
      // PostgreSQL's data may lie elsewhere, behind a link, when its user cannot reach this folder.
      rmSync(realPathOf(join(path, "postgres")), { recursive: true, force: true });
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
