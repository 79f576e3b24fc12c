/** Puts the tables of a run into docs/benchmarks.md, between two markers. */

interface Place {
  readonly begin: string;
  readonly end: string;
}

const LATEST_RUN: Place = {
  begin: "<!-- the latest run: written by `pnpm bench --docs` -->",
  end: "<!-- end of the latest run -->",
};
const SCENARIOS: Place = {
  begin: "<!-- the scenarios: written by `pnpm bench scenarios --docs` -->",
  end: "<!-- end of the scenarios -->",
};

export const replaceLatestRun = (document: string, report: string): string =>
  replaceAt(LATEST_RUN, document, report);

export const replaceScenarios = (document: string, report: string): string =>
  replaceAt(SCENARIOS, document, report);

function replaceAt(place: Place, document: string, report: string): string {
  const [begin, end] = [document.indexOf(place.begin), document.indexOf(place.end)];
  if (begin < 0 || end < begin)
    throw new Error(`expected the lines ${place.begin} and ${place.end} in docs/benchmarks.md`);
  return `${document.slice(0, begin + place.begin.length)}\n\n${report}\n\n${document.slice(end)}`;
}
