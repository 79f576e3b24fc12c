/** `.dockerignore` as Docker reads it: the last pattern that matches a path or a folder above it decides. */
import { matchesGlob } from "node:path";

/** Whether `path`, with slashes and from the root, gets into the build. */
export function createFilter(dockerignore: string): (path: string) => boolean {
  const rules = dockerignore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) =>
      line.startsWith("!") ? { pattern: line.slice(1), isIn: true } : { pattern: line, isIn: false },
    );
  return (path) => {
    const parts = path.split("/");
    const withParents = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    const last = rules.findLast(({ pattern }) => withParents.some((each) => matchesGlob(each, pattern)));
    return last?.isIn ?? true;
  };
}
