/** What holds only as long as one process lives, or as long as nobody is in a hurry. */
import { key, natural } from "../../index.ts";
import { addCard, json, makeBoards, pingTeam, writeNote } from "../testing/boards.ts";
import type { ActionParts } from "../testing/boards.ts";
import { DONE, planOf, read } from "./wrong.ts";
import type { Wrong } from "./wrong.ts";

const module = new URL(import.meta.url);
const END = "one effect, or a recorded doubt";

/** The key stands where this vendor does not look for it. */
const keyInBody: ActionParts = {
  ...addCard,
  plan: ({ text }, { key: id }) => ({
    method: "POST",
    url: "https://api.boards.example/v1/boards/launch/cards",
    headers: json,
    body: JSON.stringify({ text, key: id }),
  }),
  repeat: key("the key is in the body"),
};

/** Gone with the process. */
const sent = new Set<string>();
const inMemory: ActionParts = {
  ...pingTeam,
  repeat: natural("we remember what we have sent"),
  async deliver(context, input) {
    const { text } = input;
    if (sent.has(context.key)) return DONE;
    sent.add(context.key);
    const plan = {
      ...planOf(context, input),
      url: "https://api.boards.example/v1/pings",
      body: JSON.stringify({ text }),
    };
    return read(await context.request(plan), context);
  },
};

const alwaysFound: ActionParts = {
  ...writeNote,
  probe: () => Promise.resolve({ kind: "found", summary: { en: "There.", de: "Da." } }),
};
const alwaysAbsent: ActionParts = { ...writeNote, probe: () => Promise.resolve({ kind: "absent" }) };

const believing: ActionParts = {
  ...writeNote,
  async probe({ request, key: id }) {
    const exchange = await request({
      method: "GET",
      url: `https://api.boards.example/v1/notes?key=${id}`,
      headers: {},
    });
    const isThere = exchange.kind === "reply" && exchange.body.includes(id);
    return isThere ? { kind: "found", summary: { en: "There.", de: "Da." } } : { kind: "absent" };
  },
};

/** Each with an id of its own: the process that is killed finds it by that. */
const foundAnyway = makeBoards({ id: "boards-found", actions: { write_note: alwaysFound } });
const neverFound = makeBoards({ id: "boards-absent", actions: { write_note: alwaysAbsent } });
const forgetful = makeBoards({ id: "boards-memory", actions: { ping_team: inMemory } });

/** @public Found by the process that is killed. */
export const killed = [foundAnyway, neverFound, forgetful];

export const wrongCrashes: readonly Wrong[] = [
  {
    mistake: "the key is where the vendor does not look",
    connector: makeBoards({ actions: { add_card: keyInBody } }),
    caughtBy: "add_card: twins: two deliveries of one key have one effect",
    says: /the vendor counts 2/,
  },
  {
    mistake: "what was begun is taken for done",
    connector: foundAnyway,
    options: { module },
    caughtBy: `write_note: SIGKILL between send and record, before the vendor does it: ${END}`,
    says: /the vendor counts 0/,
  },
  {
    mistake: "what was sent is remembered in the process",
    connector: forgetful,
    options: { module },
    caughtBy: `ping_team: SIGKILL between send and record, after it, before its reply: ${END}`,
    says: /the vendor counts 2/,
  },
  {
    mistake: "it looks, and never finds",
    connector: neverFound,
    options: { module },
    caughtBy: `write_note: SIGKILL between send and record, after its reply: ${END}`,
    says: /the vendor counts 2/,
  },
  {
    mistake: "a page to sign in is taken for not there",
    connector: makeBoards({ actions: { write_note: believing } }),
    caughtBy: "write_note: what a probe cannot see is unknown, never absent",
    says: /after HTML it says "absent"/,
  },
];
