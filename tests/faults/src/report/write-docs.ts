/** Puts the tables of long runs into docs/reliability.md, between two markers. */
import { readFileSync, writeFileSync } from "node:fs";
import type { LongRun } from "./add-up.ts";
import { renderTables } from "./table.ts";

const BEGIN = "<!-- the long runs: written by `pnpm faults --docs` -->";
const END = "<!-- end of the long runs -->";
const DOCUMENT = new URL("../../../../docs/reliability.md", import.meta.url);

export function writeDocs(runs: readonly LongRun[]): void {
  writeFileSync(DOCUMENT, replaceRuns(readFileSync(DOCUMENT, "utf8"), renderRuns(runs)));
}

function renderRuns(runs: readonly LongRun[]): string {
  const commands = runs.map(
    ({ command, startedAt, minutes }) =>
      `* \`${command}\`, ${startedAt.slice(0, 10)}, ${minutes.toFixed(0)} minutes`,
  );
  const tables = renderTables(
    runs.map(({ bus, reckoning }) => ({ title: bus === "kafka" ? "Kafka" : "PostgreSQL bus", reckoning })),
  );
  const notDone = [...new Set(runs.flatMap(({ reckoning }) => reckoning.missingFaults))];
  return [commands.join("\n"), tables, ...notDone.map((each) => `Not done: ${each}.`)].join("\n\n");
}

function replaceRuns(document: string, runs: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`expected the lines ${BEGIN} and ${END} in docs/reliability.md`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${runs}\n\n${document.slice(end)}`;
}
