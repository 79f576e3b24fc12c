/** Mistakes that can be seen without sending anything. */
import { z } from "zod";
import { addCard, makeBoards, texts } from "../testing/boards.ts";
import { wrongCard } from "./wrong.ts";
import type { Wrong } from "./wrong.ts";

const board = z.string();
const text = z.string().meta(texts.text);

export const wrongDefinitions: readonly Wrong[] = [
  {
    mistake: "it has secrets and says that it has none",
    connector: makeBoards(),
    options: { without: { secrets: "none are needed" } },
    caughtBy: "it is without what it says it is without",
    says: /without secrets, and has it/,
  },
  {
    mistake: "it has no choices and does not say so",
    connector: wrongCard({ options: undefined }),
    caughtBy: "it is without what it says it is without",
    says: /has no options; say so/,
  },
  {
    mistake: "a field has no help",
    connector: wrongCard({ input: z.strictObject({ board, text }) }),
    caughtBy: "every field has a title and a help",
    says: /add_card\.board/,
  },
  {
    mistake: "a title is there in English only",
    connector: wrongCard({ title: { en: "Add a card" } }),
    caughtBy: "everything people read is there in English and German",
    says: /add_card\.title/,
  },
  {
    mistake: "an action has no sample",
    connector: wrongCard({ samples: [] }),
    caughtBy: "every action has a sample",
    says: /add_card/,
  },
  {
    mistake: "a preset reads what no event has",
    connector: makeBoards(),
    options: { tryRule: () => ["website.tittle is no field; did you mean website.title?"] },
    caughtBy: "presets work on every sample event",
    says: /done_to_board: website\.tittle/,
  },
];

/** Was saved with `text`, which is gone now. */
export const withoutText = makeBoards({
  actions: { add_card: { ...addCard, samples: [], input: z.strictObject({ board }) as never } },
  connector: { presets: [] },
});
