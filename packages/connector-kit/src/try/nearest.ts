/** What somebody probably meant. */

/** The closest of the names; undefined when none is close. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const scored = names.map((name) => ({ name, steps: distance(typed.toLowerCase(), name.toLowerCase()) }));
  const [best] = scored.toSorted((a, b) => a.steps - b.steps);
  return best !== undefined && best.steps <= Math.max(2, best.name.length / 2) ? best.name : undefined;
}

/** Letters to insert, drop or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
