/** Puts the tables of a run into docs/benchmarks.md, between two markers. */

const BEGIN = "<!-- the latest run: written by `pnpm bench --docs` -->";
const END = "<!-- end of the latest run -->";

export function replaceLatestRun(document: string, report: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`expected the lines ${BEGIN} and ${END} in docs/benchmarks.md`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${document.slice(end)}`;
}
