/** Versions of configuration: `ETag` in answers, `If-Match` in writes. */
import { invalidRequest, versionMismatch } from "../errors.ts";

export function etagOf(version: number): string {
  return `"${version}"`;
}

/** The header as it came; undefined when there is none, and then the last writer wins. */
export type IfMatch = string | undefined;

export function checkIfMatch(ifMatch: IfMatch, current: number): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  const asked = ifMatch.split(",").map((tag) => /^\s*(?:W\/)?"(\d+)"\s*$/.exec(tag)?.[1]);
  if (asked.some((tag) => tag === undefined)) {
    throw invalidRequest([
      {
        path: "if-match",
        message: "is not a version",
        expected: 'the ETag of the last answer, for example "3" with its quotes',
        received: ifMatch.slice(0, 80),
      },
    ]);
  }
  if (!asked.includes(String(current))) throw versionMismatch(current, ifMatch.slice(0, 80));
}
