/** What somebody types, and what an event may lack. */
import type { ChoicesPage } from "../../index.ts";
import { addCard, json } from "../testing/boards.ts";
import { wrongCard } from "./wrong.ts";
import type { Wrong } from "./wrong.ts";

const HOSTILE = "add_card: hostile strings are refused or sent as they are";
const CHOICES = "add_card: 2,500 choices are paged and searched";

const url = "https://api.boards.example/v1/boards";
const right = addCard.options?.["board"];
if (right === undefined) throw new Error("the right action has choices");

export const wrongInputs: readonly Wrong[] = [
  {
    mistake: "an id is put into the address as it is",
    connector: wrongCard({
      plan: ({ board }, { key }) => ({
        method: "POST",
        url: `${url}/${board}/cards`,
        headers: { ...json, "idempotency-key": key },
      }),
    }),
    caughtBy: HOSTILE,
    says: /board = .*the request is another one/s,
  },
  {
    mistake: "a text is put into a header as it is",
    connector: wrongCard({
      plan: ({ text }, { key }) => ({
        method: "POST",
        url: `${url}/launch/cards`,
        headers: { "idempotency-key": key, "x-text": text },
      }),
    }),
    caughtBy: HOSTILE,
    says: /text = .*cannot be sent/,
  },
  {
    mistake: "JSON is glued together",
    connector: wrongCard({
      plan: ({ text }, { key }) => ({
        method: "POST",
        url: `${url}/launch/cards`,
        headers: { ...json, "idempotency-key": key },
        body: `{"text":"${text}"}`,
      }),
    }),
    caughtBy: HOSTILE,
    says: /JSON/,
  },
  {
    mistake: "what goes one after the other is told by nothing",
    connector: wrongCard({ serialiseBy: ({ text }) => text.slice(0, 1_000) }),
    caughtBy: HOSTILE,
    says: /serialiseBy gives ""/,
  },
  {
    mistake: "an event without a website is an exception",
    connector: wrongCard({
      plan: (_input, { event, key }) => ({
        method: "POST",
        url: `${url}/launch/cards`,
        headers: { ...json, "idempotency-key": key },
        body: JSON.stringify({ text: (event.data as { website: { title: string } }).website.title }),
      }),
    }),
    caughtBy: "add_card: null and missing paths are an outcome, not an accident",
    says: /The connector threw/,
  },
  {
    mistake: "only the first page of choices can be had",
    connector: wrongCard({
      options: {
        async board(context, question) {
          const page = await right(context, question);
          return "items" in page ? { items: page.items } : page;
        },
      },
    }),
    caughtBy: CHOICES,
    says: /of 2500 choices 200 can be reached/,
  },
  {
    mistake: "the choices have no end",
    connector: wrongCard({
      options: {
        board: (context, question): Promise<ChoicesPage> =>
          Promise.resolve(right(context, { ...question, cursor: undefined })).then((page) => ({
            items: "items" in page ? page.items : [],
            next: "more",
          })),
      },
    }),
    caughtBy: CHOICES,
    says: /after 100 pages there is still one more/,
  },
  {
    mistake: "a search is not heard",
    connector: wrongCard({
      options: { board: (context, question) => right(context, { ...question, query: "" }) },
    }),
    caughtBy: CHOICES,
    says: /a search for one of 2500 choices/,
  },
];
