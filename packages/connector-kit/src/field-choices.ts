/** Live choices for a field: channels, lists, people, asked of the vendor while somebody fills in a form. */
import type { Text } from "./outcome.ts";

/** What the form asks. */
export interface ChoicesQuestion {
  /** What somebody typed to search with; "" for everything. */
  readonly query: string;
  /** `next` of the page before; undefined for the first. */
  readonly cursor?: string | undefined;
  /** The input as far as it is filled in, for choices that depend on another field. Not checked. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Choice {
  /** What goes into the input. */
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

export interface ChoicesPage {
  readonly items: readonly Choice[];
  readonly next?: string | undefined;
}

/** The vendor does not tell: a missing scope, a list that has to be chosen first. A typed value is always accepted. */
export interface ChoicesRefused {
  readonly refused: Text;
  readonly fix?: Text | undefined;
}
