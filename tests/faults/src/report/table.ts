/** A reckoning as lines for a terminal, and as a table for docs/reliability.md. */
import type { Reckoning } from "./reckon.ts";
import { longestOf, medianOf } from "./recoveries.ts";

const MUST_BE_0 = ["missing", "doubledWithoutDoubt", "outOfOrder", "altered"] as const;

const ROWS: readonly (readonly [keyof Reckoning, string])[] = [
  ["faults", "faults"],
  ["kills", "of them kill -9"],
  ["accepted", "events accepted (answered 202)"],
  ["delivered", "deliveries made of them"],
  ["missing", "missing"],
  ["doubledWithoutDoubt", "doubled without a recorded doubt"],
  ["outOfOrder", "out of order"],
  ["altered", "altered on the way"],
  ["repeatedRecords", "records that the bus had more than once"],
  ["doubts", "doubts recorded"],
  ["doubledWithDoubt", "of them really doubled, at plain webhooks"],
  ["settledByPerson", "of them settled by a person"],
  ["historyLines", "lines of history that were checked"],
];

export function describeReckoning(reckoning: Reckoning): string {
  const lines = ROWS.map(([field, name]) => {
    const value = Number(reckoning[field]);
    const isWrong = (MUST_BE_0 as readonly string[]).includes(field) && value > 0;
    return `  ${name.padEnd(44)} ${value}${isWrong ? "   <-- must be 0" : ""}`;
  });
  const times = reckoning.recoveries.map(
    (each) =>
      `  ${each.name.padEnd(64)} ${String(each.timesMs.length).padStart(4)}   median ${seconds(medianOf(each)).padStart(7)}   longest ${seconds(longestOf(each)).padStart(7)}`,
  );
  return [
    ...lines,
    "  until all that had been accepted had arrived:",
    ...times,
    ...reckoning.missingFaults.map((each) => `  not done here: ${each}`),
    ...reckoning.problems.map((each) => `  WRONG: ${each}`),
  ].join("\n");
}

/** Several runs side by side; recoveries below. */
export function renderTables(
  runs: readonly { readonly title: string; readonly reckoning: Reckoning }[],
): string {
  const titles = runs.map((each) => each.title);
  const counts = [
    `| | ${titles.join(" | ")} |`,
    `|---|${titles.map(() => "---:|").join("")}`,
    ...ROWS.map(([field, name]) => {
      const cells = runs.map(({ reckoning }) => Number(reckoning[field]).toLocaleString("en"));
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
    `| rules of the checker that did not hold | ${runs.map(({ reckoning }) => reckoning.broken.length).join(" | ")} |`,
  ];
  const names = [...new Set(runs.flatMap(({ reckoning }) => reckoning.recoveries.map((each) => each.name)))];
  const times = [
    `| fault | ${titles.map((each) => `${each}: times, median, longest`).join(" | ")} |`,
    `|---|${titles.map(() => "---:|").join("")}`,
    ...names.map((name) => {
      const cells = runs.map(({ reckoning }) => {
        const found = reckoning.recoveries.find((each) => each.name === name);
        return found === undefined
          ? "–"
          : `${found.timesMs.length}, ${seconds(medianOf(found))}, ${seconds(longestOf(found))}`;
      });
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
  ];
  return `${counts.join("\n")}\n\n${times.join("\n")}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
