/** Asks a vendor for the choices of a field, for somebody who fills in a form. */
import { z } from "zod";
import type { AttemptResult } from "./attempt.ts";
import type { Action } from "./connector.ts";
import type { ChoicesPage, ChoicesRefused } from "./field-choices.ts";
import { performRead } from "./perform-read.ts";
import type { ReadOptions, Unread } from "./perform-read.ts";

export interface OptionsRequest extends ReadOptions {
  readonly action: Action;
  /** A key of the action's `options`. */
  readonly field: string;
  readonly query?: string | undefined;
  readonly cursor?: string | undefined;
  /** As far as the form is filled in. */
  readonly input?: Readonly<Record<string, unknown>> | undefined;
}

export type OptionsResult = { readonly durationMs: number } & (
  | ({ readonly ok: true } & ChoicesPage)
  | ({ readonly ok: false; readonly thrown?: AttemptResult["thrown"] } & Unread)
);

/** A form shows no more at once; whoever has more answers with `next`. */
const MOST_CHOICES = 1_000;

const text = z.object({ en: z.string(), de: z.string().optional() });
const answer = z.union([
  z.object({ refused: text, fix: text.optional() }),
  z.object({
    items: z.array(z.object({ value: z.string(), label: z.string(), hint: z.string().optional() })),
    next: z.string().optional(),
  }),
]) as z.ZodType<ChoicesPage | ChoicesRefused>;

/**
 * Never throws and never outlives its deadline. Whatever it answers, a typed value is accepted too.
 *
 * @example
 * const choices = await performOptions({ ...found, field: "channel", query: "launch", settings, secrets, http, deadlineMs: 5_000 });
 */
export async function performOptions(request: OptionsRequest): Promise<OptionsResult> {
  const { action, field, query = "", cursor, input = {} } = request;
  const { options = {} } = action;
  if (!Object.hasOwn(options, field)) {
    return {
      ok: false,
      durationMs: 0,
      reason: "no_choices",
      message: {
        en: `The field ${field} has no choices to ask for.`,
        de: `Für das Feld ${field} gibt es keine Auswahl.`,
      },
      fix: { en: "Type the value.", de: "Gib den Wert ein." },
    };
  }
  const read = await performRead(request, async (context) =>
    answer.parse(await options[field]?.(context, { query, cursor, input })),
  );
  if (!read.ok) return read;
  const { value, durationMs } = read;
  if ("refused" in value) {
    const { refused, fix } = value;
    return {
      ok: false,
      durationMs,
      reason: "refused",
      message: refused,
      ...(fix === undefined ? {} : { fix }),
    };
  }
  return { ok: true, ...value, items: value.items.slice(0, MOST_CHOICES), durationMs };
}
