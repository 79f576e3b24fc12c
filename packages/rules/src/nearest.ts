/** "Did you mean …?": the known name that is closest to a written one. */

/** Longer names than this are not misspelled, they are something else. */
const MAX_COMPARED_CHARACTERS = 100;

/**
 * `most` letters may differ; unless given, a third of them.
 *
 * @example
 * nearest("$containss", ["$contains", "$in"]) // "$contains"
 */
export function nearest(written: string, known: Iterable<string>, most?: number): string | undefined {
  if (written.length > MAX_COMPARED_CHARACTERS) return undefined;
  const text = written.toLowerCase();
  let best: string | undefined;
  let bestDistance = (most ?? Math.max(2, Math.floor(text.length / 3))) + 1;
  for (const name of known) {
    if (Math.abs(name.length - text.length) >= bestDistance) continue;
    const distance = editDistance(text, name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Letters added, left out, changed, or two neighbours swapped. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    [before, above] = [above, current];
  }
  return above[b.length] ?? 0;
}
