/** What each fault is mistaken for. */
import { setTimeout as wait } from "node:timers/promises";
import type { Exchange, Outcome, Reply } from "../../index.ts";
import { DONE, delivering, misreading, planOf, read, REJECTED } from "./wrong.ts";
import type { Wrong } from "./wrong.ts";

const named = (fault: string): string => `add_card: ${fault}: exactly one effect in the end`;
const onStatus = (status: number, outcome: (reply: Reply) => Outcome) => (exchange: Exchange) =>
  exchange.kind === "reply" && exchange.status === status ? outcome(exchange) : undefined;
const onFailure = (outcome: Outcome) => (exchange: Exchange) =>
  exchange.kind === "failed" ? outcome : undefined;
const RETRY: Outcome = { kind: "retry", reason: "again", detail: "Again." };
const limited = (afterMs: number): Outcome => ({
  kind: "rate_limited",
  reason: "slow",
  detail: "Slow.",
  afterMs,
});

export const wrongFaults: readonly Wrong[] = [
  {
    mistake: "it loses patience before its deadline",
    connector: delivering(async (context, input) => {
      const impatient = wait(50).then(() => Promise.reject(new Error("too slow")));
      return read(await Promise.race([context.request(planOf(context, input)), impatient]), context);
    }),
    caughtBy: named("slow"),
    says: /The connector threw/,
  },
  {
    mistake: "no answer is taken for nothing sent",
    connector: misreading(onFailure(RETRY)),
    caughtBy: named("no answer within the deadline"),
    says: /Expected in_doubt, got .*retry/,
  },
  {
    mistake: "a reset is taken for a refusal",
    connector: misreading(onFailure(REJECTED)),
    caughtBy: named("reset before reading"),
    says: /Expected in_doubt, got .*rejected/,
  },
  {
    mistake: "a lost reply is taken for a good one",
    connector: misreading(onFailure(DONE)),
    caughtBy: named("reply lost (applied, then reset)"),
    says: /Expected in_doubt, got .*delivered/,
  },
  {
    mistake: "it waits for as long as it likes",
    connector: misreading(onStatus(429, () => limited(1_000))),
    caughtBy: named("429 with seconds"),
    says: /asked for 120 s/,
  },
  {
    mistake: "a date is read as seconds",
    connector: misreading(
      onStatus(429, ({ headers }) => limited((Number(headers["retry-after"]) || 30) * 1_000)),
    ),
    caughtBy: named("429 with a date"),
    says: /asked for 120 s/,
  },
  {
    mistake: "429 without a time is final",
    connector: misreading(
      onStatus(429, ({ headers }) => ("retry-after" in headers ? limited(120_000) : REJECTED)),
    ),
    caughtBy: named("429 without"),
    says: /Expected rate_limited or retry, got .*rejected/,
  },
  {
    mistake: "500 is final",
    connector: misreading(onStatus(500, () => REJECTED)),
    caughtBy: named("500"),
    says: /Expected in_doubt or retry, got .*rejected/,
  },
  {
    mistake: "503 is final",
    connector: misreading(onStatus(503, () => REJECTED)),
    caughtBy: named("503"),
    says: /got .*rejected/,
  },
  {
    mistake: "a refused token costs the delivery",
    connector: misreading(onStatus(401, () => REJECTED)),
    caughtBy: named("401, then ok"),
    says: /Expected auth or retry or delivered, got .*rejected/,
  },
  {
    mistake: "a look that fails costs the delivery",
    connector: delivering(async (context, input) => {
      const seen = await context.request({
        method: "GET",
        url: "https://api.boards.example/v1/me",
        headers: {},
      });
      if (seen.kind === "failed" || seen.status !== 200) return REJECTED;
      return read(await context.request(planOf(context, input)), context);
    }),
    caughtBy: named("500 to what it reads first, if it does"),
    says: /got .*rejected/,
  },
  {
    mistake: "a page to sign in is success",
    connector: misreading(onStatus(200, () => DONE)),
    caughtBy: named("HTML instead of JSON"),
    says: /got .*delivered/,
  },
  {
    mistake: "half a JSON is an exception",
    connector: misreading((exchange) => {
      if (exchange.kind === "reply") JSON.parse(exchange.body.toString());
      return undefined;
    }),
    caughtBy: named("truncated JSON"),
    says: /The connector threw.*JSON/,
  },
  {
    mistake: "a redirect is success",
    connector: misreading(onStatus(302, () => DONE)),
    caughtBy: named("302 elsewhere"),
    says: /got .*delivered/,
  },
  {
    mistake: "a redirect is followed",
    connector: delivering(async (context, input) => {
      const plan = planOf(context, input);
      const exchange = await context.request(plan);
      if (exchange.kind === "failed" || exchange.status !== 302) return read(exchange, context);
      return read(await context.request({ ...plan, url: exchange.headers["location"] ?? "" }), context);
    }),
    caughtBy: named("302 elsewhere"),
    says: /The connector threw.*hosts/,
  },
  {
    mistake: "a long answer is a refusal",
    connector: misreading((exchange) =>
      exchange.kind === "reply" && exchange.truncated ? REJECTED : undefined,
    ),
    caughtBy: named("5 MB body"),
    says: /got .*rejected/,
  },
];
