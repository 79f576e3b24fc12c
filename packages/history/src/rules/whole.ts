/** A history is what happened only if nothing of it is missing. */
import type { HistoryLine } from "../line.ts";
import type { Rule } from "./rule.ts";

export const linesAreMissing: Rule = {
  name: "lines are missing, doubled or out of place",
  find: ({ byProcess }) =>
    [...byProcess].flatMap(([by, lines]) =>
      lines.flatMap((line, index) => {
        const wrong: string[] = [];
        if (line.n !== index + 1) wrong.push(`${by}: line ${line.n} stands where ${index + 1} should`);
        if (index === 0 && isOurs(line) && line.kind !== "began")
          wrong.push(`${by} did things before it began`);
        if (line.kind === "ended" && index < lines.length - 1) wrong.push(`${by} did things after it ended`);
        return wrong;
      }),
    ),
};

export const operationsAreLeftOpen: Rule = {
  name: "commits or claims have no answer, or more than one",
  find: ({ byProcess }) =>
    [...byProcess].flatMap(([by, lines]) => {
      const hasEnded = lines.at(-1)?.kind === "ended";
      const open = new Map<number, string>();
      const wrong: string[] = [];
      for (const line of lines) {
        if (line.kind === "committing" || line.kind === "claiming") open.set(line.op, line.kind);
        else if (line.kind === "committed" || line.kind === "claimed" || line.kind === "failed") {
          const asked = open.get(line.op);
          const fits = line.kind === "failed" ? asked !== undefined : asked === ASKED[line.kind];
          if (!fits) wrong.push(`${by}: ${line.kind} ${line.op} answers nothing that was asked`);
          open.delete(line.op);
        }
      }
      // Who was killed had at most one of each on its way.
      const kinds = [...open.values()];
      const allowed = hasEnded ? 0 : 1;
      for (const kind of ["committing", "claiming"]) {
        const count = kinds.filter((each) => each === kind).length;
        if (count > allowed) wrong.push(`${by}: ${count} times ${kind} without an answer`);
      }
      return wrong;
    }),
};

const ASKED = { committed: "committing", claimed: "claiming" } as const;

/** Written by api or dispatcher, not by who watches them. */
function isOurs({ kind }: HistoryLine): boolean {
  return !["subscribed", "promised", "arrived", "settled", "final"].includes(kind);
}
