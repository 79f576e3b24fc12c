/** Holds a committed file to what the connector says now. `vitest -u` writes it. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

export async function keepFile(file: URL, wanted: string): Promise<void> {
  const isWriting = expect.getState().snapshotState.snapshotUpdateState === "all";
  if (!isWriting && existsSync(file)) {
    const name = file.pathname.split("/").slice(-2).join("/");
    expect(
      readFileSync(file, "utf8"),
      `${name} is out of date; read the difference, then run vitest -u`,
    ).toBe(wanted);
    return;
  }
  await expect(wanted).toMatchFileSnapshot(fileURLToPath(file));
}
