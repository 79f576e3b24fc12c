/** The pending changesets of this package, read from the workspace's `.changeset` folder. */
import { readdirSync, readFileSync } from "node:fs";

export type Bump = "patch" | "minor" | "major";

export interface Changeset {
  /** The file's name without `.md`. */
  readonly name: string;
  readonly bump: Bump;
}

const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---/;
const OURS = /^\s*["']?@stellwerk\/events["']?\s*:\s*["']?(patch|minor|major)["']?\s*$/m;

/** What a changeset says of this package; undefined when it is about others. */
export function bumpIn(text: string): Bump | undefined {
  const frontMatter = FRONT_MATTER.exec(text)?.[1] ?? "";
  return OURS.exec(frontMatter)?.[1] as Bump | undefined;
}

export function readChangesets(folder: URL): Changeset[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .flatMap((file) => {
      const bump = bumpIn(readFileSync(new URL(file, folder), "utf8"));
      return bump === undefined ? [] : [{ name: file.slice(0, -".md".length), bump }];
    });
}
