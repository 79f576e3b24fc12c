/** The corpus: addresses as somebody might enter them, and what has to come of each. */
import type { RefusalRule } from "../refusal.ts";
import { ipv4 } from "./ipv4.ts";
import { ipv6 } from "./ipv6.ts";
import { names } from "./names.ts";
import { notations } from "./notations.ts";
import { ports } from "./ports.ts";
import { tricks } from "./tricks.ts";

/**
 * A rule that refuses it; `invalid`: not a URL that is requested at all; `dial …`: exactly this address and port
 * is dialled; `ask …`: nothing is known before this name is resolved.
 */
type Expected = RefusalRule | "invalid" | `dial ${string}` | `ask ${string}`;

/** URLs by what is expected of them. */
export type Cases = Partial<Record<Expected, readonly string[]>>;

export const corpus: readonly { readonly url: string; readonly expected: string }[] = [
  ipv4,
  ipv6,
  notations,
  names,
  ports,
  tricks,
].flatMap((cases: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(cases).flatMap(([expected, urls]) => urls.map((url) => ({ url, expected }))),
);
