/** A folder that is gone when it is disposed of, and also when the process ends before that. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

const cleanUps = new Set<() => void>();
process.on("exit", () => {
  for (const cleanUp of cleanUps) cleanUp();
});

/** `beforeRemoval` ends what still runs in it. */
export function makeTemporaryFolder(
  name: string,
  beforeRemoval: (path: string) => void = () => {},
): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `stellwerk-e2e-${name}-`));
  const cleanUp = () => {
    beforeRemoval(path);
    rmSync(path, { recursive: true, force: true });
  };
  cleanUps.add(cleanUp);
  return {
    path,
    [Symbol.dispose]() {
      cleanUps.delete(cleanUp);
      cleanUp();
    },
  };
}
