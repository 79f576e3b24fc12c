/** What a check answers: a rule that can be saved, with what is doubtful about it; or what is wrong. */
import type { Problem } from "../problem.ts";

export type CheckedRule<Rule> =
  | { readonly ok: true; readonly value: Rule; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };
