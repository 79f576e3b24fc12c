/** The summaries of all profiles below a folder, as text. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderTable } from "../report/table.ts";
import { summariseProfile, type CpuProfile, type Share } from "./summarise-profile.ts";

const SHOWN_FUNCTIONS = 30;
const SHOWN_PACKAGES = 15;
/** A thread that did next to nothing is not worth a table. */
const LEAST_BUSY_MS = 200;

export function renderProfiles(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".cpuprofile"))
    .flatMap((file) => {
      const profile = JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile;
      const { busyMs, packages, callers, functions } = summariseProfile(profile);
      if (busyMs < LEAST_BUSY_MS) return [];
      return [
        `${join(folder, file)}: busy for ${Math.round(busyMs)} ms, start included`,
        renderShares("package", packages.slice(0, SHOWN_PACKAGES)),
        renderShares("function of ours, with what it called", callers.slice(0, SHOWN_FUNCTIONS)),
        renderShares("function at the top of the stack", functions.slice(0, SHOWN_FUNCTIONS)),
      ];
    })
    .join("\n\n");
}

function renderShares(title: string, shares: readonly Share[]): string {
  return renderTable(
    [title, "self ms", "%"],
    shares.map(({ name, selfMs, percent }) => [name, selfMs.toFixed(0), percent.toFixed(1)]),
  );
}
