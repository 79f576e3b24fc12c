/**
 * Rotation of the key that seals secrets: everything that another key sealed is opened and sealed with the current
 * one. In small batches, each a statement of its own: killed in the middle it has done what it has done, and the next
 * run goes on. What is changed meanwhile is left alone, for it is sealed with the current key already.
 */
import type { Database, Queryable } from "./database.ts";
import { SealedValueError } from "./errors.ts";
import type { Sealer } from "./sealer.ts";
import {
  connectionSecretsContext,
  connectionTokenContext,
  oauthVerifierContext,
  sourceTokenContext,
} from "./sealing-contexts.ts";
import { sqlFile } from "./sql-file.ts";
import type { Statement } from "./sql-file.ts";

const listSealedStatement = sqlFile("list-sealed");
const countSealedStatement = sqlFile("count-sealed");

const BATCH = 200;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** `token`: of the connection with that id. `authorization`: on its way to become one. */
export type SealedPlace = "connection" | "source" | "token" | "authorization";

/** Where sealed values lie; the statements name the same columns. */
const SEALED_PLACES: Readonly<Record<SealedPlace, { context: (id: string) => string; reseal: Statement }>> = {
  connection: {
    context: connectionSecretsContext,
    reseal: sqlFile("reseal-connections"),
  },
  source: { context: sourceTokenContext, reseal: sqlFile("reseal-sources") },
  token: { context: connectionTokenContext, reseal: sqlFile("reseal-connection-tokens") },
  authorization: { context: oauthVerifierContext, reseal: sqlFile("reseal-oauth-states") },
};

export interface SealedCount {
  readonly place: SealedPlace;
  /** Of the key that sealed them. */
  readonly keyId: string;
  readonly count: number;
}

export function countSealed(db: Queryable): Promise<SealedCount[]> {
  return db.query(countSealedStatement);
}

interface SealedRow {
  readonly place: SealedPlace;
  readonly id: string;
  readonly sealed: Buffer;
}

export interface ResealProgress {
  /** In all, so far. */
  readonly resealed: number;
  readonly unopened: readonly { readonly place: SealedPlace; readonly id: string; readonly why: string }[];
}

/** Calls back after every batch; resolves with the last word. */
export async function resealAll(
  db: Database,
  sealer: Sealer,
  onProgress: (progress: ResealProgress) => void = () => {},
): Promise<ResealProgress> {
  let resealed = 0;
  const unopened: { place: SealedPlace; id: string; why: string }[] = [];
  let after: Pick<SealedRow, "place" | "id"> = { place: "authorization", id: FIRST_ID };
  for (;;) {
    const rows = await db.query<SealedRow>(listSealedStatement, [sealer.keyId, after.id, after.place, BATCH]);
    const last = rows.at(-1);
    if (last === undefined) return { resealed, unopened };
    for (const [place, ofPlace] of Map.groupBy(rows, (row) => row.place)) {
      const opened = ofPlace.flatMap((row) => {
        const result = reseal(row, sealer);
        if (typeof result !== "string") return [{ ...row, resealed: result }];
        unopened.push({ place, id: row.id, why: result });
        return [];
      });
      const written = await db.query(SEALED_PLACES[place].reseal, [
        opened.map((row) => row.id),
        opened.map((row) => row.sealed),
        opened.map((row) => row.resealed),
      ]);
      resealed += written.length;
    }
    after = last;
    onProgress({ resealed, unopened });
  }
}

/** What is wrong, when it cannot be opened. */
function reseal({ place, id, sealed }: SealedRow, sealer: Sealer): Buffer | string {
  const context = SEALED_PLACES[place].context(id);
  try {
    return sealer.seal(sealer.open(sealed, context), context);
  } catch (error) {
    if (error instanceof SealedValueError) return error.message;
    throw error;
  }
}
