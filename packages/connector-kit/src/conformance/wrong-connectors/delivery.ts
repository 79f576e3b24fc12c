/** Attempts that send too much, say too little, or take one answer for another. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { addCard, json } from "../testing/boards.ts";
import { DONE, delivering, misreading, planOf, read, REJECTED, wrongCard } from "./wrong.ts";
import type { Wrong } from "./wrong.ts";

const EACH = "add_card: each sample is delivered, by at most one mutating request";
const KEY = "add_card: the key stays the same over attempts, and another delivery has another";
const REJECTS = "add_card: what is rejected is not tried again, and says so in the vendor's words";

export const wrongDeliveries: readonly Wrong[] = [
  {
    mistake: "one attempt has two effects",
    connector: delivering(async (context, input) => {
      const plan = planOf(context, input);
      await context.request(plan);
      return read(
        await context.request({ ...plan, headers: { ...plan.headers, "idempotency-key": "2" } }),
        context,
      );
    }),
    caughtBy: EACH,
    says: /2 mutating requests/,
  },
  {
    mistake: "a request that changes something says that it does not",
    connector: wrongCard({
      plan: (input, env) => {
        const plan = addCard.plan?.(input, env);
        return { method: "POST", url: "", headers: {}, ...plan, mutating: false };
      },
    }),
    caughtBy: EACH,
    says: /says `mutating: false`/,
  },
  {
    mistake: "it says that it delivered, and nothing happened",
    connector: delivering(async (context) => {
      await context.request({ method: "POST", url: "https://api.boards.example/v1/cards", headers: json });
      return DONE;
    }),
    caughtBy: EACH,
    says: /the vendor counts 0/,
  },
  {
    mistake: "its output is not what it says",
    connector: wrongCard({ output: z.object({ cardNumber: z.int() }) }),
    caughtBy: "add_card: its output is what the action says",
    says: /is no output of its/,
  },
  {
    mistake: "every attempt has a key of its own",
    connector: delivering(async (context, input) => {
      const plan = planOf(context, input);
      const headers = { ...plan.headers, "idempotency-key": randomUUID() };
      return read(await context.request({ ...plan, headers }), context);
    }),
    caughtBy: KEY,
    says: /sends something else than the first/,
  },
  {
    mistake: "the key is not sent",
    connector: delivering(async (context, input) => {
      const plan = planOf(context, input);
      return read(await context.request({ ...plan, headers: json }), context);
    }),
    caughtBy: KEY,
    says: /Put `key` into it/,
  },
  {
    mistake: "it does not hear the abort",
    connector: delivering(async ({ settings }) => {
      const reply = await fetch(`${settings.team}/v1/boards/launch/cards`, { method: "POST" });
      return reply.ok ? DONE : REJECTED;
    }),
    options: {
      connection: (url) => ({ settings: { team: url }, secrets: { token: "brd-8f14e45fceea167a5a36dedd" } }),
    },
    caughtBy: "add_card: an abort ends it within 250 ms, and nothing is sent after it",
    says: /the request goes on after the abort/,
  },
  {
    mistake: "what was refused is sent again in the same attempt",
    connector: delivering(async (context, input) => {
      const plan = planOf(context, input);
      const first = read(await context.request(plan), context);
      return first.kind === "rejected" ? read(await context.request(plan), context) : first;
    }),
    caughtBy: REJECTS,
    says: /was sent 2 times/,
  },
  {
    mistake: "the vendor's words are lost",
    connector: misreading((exchange) =>
      exchange.kind === "reply" && exchange.status === 400 ? REJECTED : undefined,
    ),
    caughtBy: REJECTS,
    says: /expected the vendor's words "board_is_archived"/,
  },
  {
    mistake: "what is refused for good is tried again",
    connector: misreading((exchange) =>
      exchange.kind === "reply" && exchange.status === 400
        ? { kind: "retry", reason: "no", detail: "board_is_archived" }
        : undefined,
    ),
    caughtBy: REJECTS,
    says: /Expected rejected, got .*retry/,
  },
  {
    mistake: "whatever it does not know is success",
    connector: misreading((exchange) =>
      exchange.kind === "reply" && exchange.status > 403 ? DONE : undefined,
    ),
    caughtBy: "add_card: an unknown status means what the default table says",
    says: /Expected rejected after 418, got .*delivered/,
  },
  {
    mistake: "an error inside a 200 is success",
    connector: misreading((exchange) =>
      exchange.kind === "reply" && exchange.status === 200 ? DONE : undefined,
    ),
    caughtBy: "add_card: an unknown error inside a 2xx is tried again, then rejected",
    says: /expected retry, …, rejected; got delivered/,
  },
  {
    mistake: "it knocks again and again with a token that was refused",
    connector: delivering(async (context, input) => {
      for (let tries = 1; tries < 5; tries += 1) {
        const exchange = await context.request(planOf(context, input));
        if (exchange.kind === "failed" || exchange.status !== 401) return read(exchange, context);
      }
      return { kind: "auth", step: "reconnect", reason: "unauthorized", detail: "Refused." };
    }),
    caughtBy: "add_card: 401 for ever costs one new token and two requests at most",
    says: /it sent 4 requests/,
  },
];
