/**
 * Cursors: where the next page of a list goes on. Opaque, and bound to their list and filter, because a
 * cursor in another list would answer with a page that looks right and is not.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { type FieldProblem, invalidRequest } from "../errors.ts";

const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** What every list takes besides its filter. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .describe("How many a page has at most."),
  cursor: z
    .string()
    .max(512)
    .optional()
    .describe("`next` of the page before; it is bound to its list and filter."),
};

const content = z.strictObject({ list: z.string(), filter: z.string(), before: z.uuid() });

export interface ListIdentity {
  /** As people call it: `GET /v1/events`. */
  readonly list: string;
  /** Everything that chooses rows: the account, parent ids and filters, but not limit and cursor. */
  readonly filter: unknown;
}

export function makeCursor(identity: ListIdentity, before: string): string {
  const value = { list: identity.list, filter: fingerprint(identity.filter), before };
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** The id before which the page begins; undefined for the first page. */
export function readCursor(identity: ListIdentity, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const parsed = content.safeParse(decode(cursor));
  if (!parsed.success) throw invalidRequest([problem("is not a cursor")]);
  const { list, filter, before } = parsed.data;
  if (list !== identity.list) throw invalidRequest([problem(`is from another list, ${list}`, identity.list)]);
  if (filter !== fingerprint(identity.filter)) {
    throw invalidRequest([problem("is from this list with another filter", "the filter it was made with")]);
  }
  return before;
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function fingerprint(filter: unknown): string {
  return createHash("sha256").update(JSON.stringify(filter)).digest("base64url").slice(0, 16);
}

function problem(message: string, from?: string): FieldProblem {
  return {
    path: "cursor",
    message,
    expected: `the \`next\` of a page of ${from ?? "this list"}`,
    fix: "Leave `cursor` out to begin with the newest.",
  };
}

/** A page as it is answered. A full page may be the last one; the page after it is then empty. */
export function listAnswer<Row, Item>(
  identity: ListIdentity,
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => string,
  show: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const last = rows.at(-1);
  return {
    items: rows.map(show),
    next: last === undefined || rows.length < limit ? null : makeCursor(identity, idOf(last)),
  };
}

export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe("The `cursor` of the next page; null on the last."),
  });
}
