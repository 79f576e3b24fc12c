/** For "did you mean …?": which known words are closest to an unknown one. */

/** @example nearest("webhok.send", ["webhook.send", "inbox.keep"], 1) // ["webhook.send"] */
export function nearest(word: string, known: readonly string[], count: number): string[] {
  // Longer than any real one: comparing would only cost time.
  const asked = word.slice(0, 64).toLowerCase();
  return known
    .map((each) => ({ each, steps: editSteps(asked, each) }))
    .toSorted((a, b) => a.steps - b.steps)
    .slice(0, count)
    .map(({ each }) => each);
}

/** How many characters have to be put in, taken out or exchanged (Levenshtein). */
function editSteps(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const exchange = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(exchange, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
