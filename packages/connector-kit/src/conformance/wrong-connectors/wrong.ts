/** A connector with one mistake, and the line of the suite that must catch it. */
import type { Connector, DeliverContext, Exchange, Outcome } from "../../index.ts";
import type { ConformanceOptions } from "../options.ts";
import { addCard, classify, makeBoards } from "../testing/boards.ts";
import type { ActionParts, CardInput, Secrets, Settings } from "../testing/boards.ts";

export interface Wrong {
  readonly mistake: string;
  readonly connector: Connector;
  /** The name of the test that fails. */
  readonly caughtBy: string;
  /** What that test says. */
  readonly says: RegExp;
  readonly options?: Partial<ConformanceOptions> | undefined;
}

export type Context = DeliverContext<Settings, Secrets>;

/** The right action with something else in its place. */
export function wrongCard(change: Partial<ActionParts>): Connector {
  return makeBoards({ actions: { add_card: { ...addCard, ...change } } });
}

/** Takes some exchanges for something else than they are. */
export function misreading(readWrongly: (exchange: Exchange) => Outcome | undefined): Connector {
  return wrongCard({
    classify: (exchange, now, attempt) => readWrongly(exchange) ?? classify(exchange, now, attempt),
  });
}

export function delivering(deliver: (context: Context, input: CardInput) => Promise<Outcome>): Connector {
  return wrongCard({ deliver });
}

/** What the right connector sends. */
export function planOf({ key, event, settings }: Context, input: CardInput) {
  const plan = addCard.plan?.(input, { key, event, settings });
  if (plan === undefined) throw new Error("the right action has a plan");
  return plan;
}

export function read(exchange: Exchange, { now, attempt }: Context): Outcome {
  return (
    classify(exchange, now(), { attempt }) ?? { kind: "in_doubt", reason: "unknown", detail: "Unknown." }
  );
}

export const DONE: Outcome = {
  kind: "delivered",
  summary: { en: "Done.", de: "Fertig." },
  output: { id: "1" },
};
export const REJECTED: Outcome = { kind: "rejected", reason: "no", detail: "No." };
