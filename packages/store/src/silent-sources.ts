/** Sources that used to speak and do not any more. Why these numbers: docs/decisions/ on settling and silence. */
import type { Database } from "./database.ts";
import { insertOperations, type OperationsEvent } from "./operations.ts";
import type { SourceKind } from "./sources.ts";
import { sqlFile } from "./sql-file.ts";

const markSilentSourcesStatement = sqlFile("mark-silent-sources");

/** A source that spoke on fewer days has no habit yet. */
const DAYS = 3;
/** A weekend is no silence, even when it is the first one. */
const FLOOR_MS = 72 * 60 * 60 * 1_000;
const TIMES_LONGEST_GAP = 2;

export interface SilentSource {
  readonly sourceId: string;
  readonly accountId: string;
  readonly partition: number;
  readonly name: string;
  readonly kind: SourceKind;
  readonly lastEventAt: Date;
  readonly longestGapMs: number;
}

/** Marks them and tells of them in one transaction, each silence once; answers how many. */
export function tellOfSilentSources(
  db: Database,
  tell: (silent: SilentSource) => OperationsEvent,
): Promise<number> {
  return db.transaction(async (tx) => {
    const silent = await tx.query<SilentSource>(markSilentSourcesStatement, [
      DAYS,
      FLOOR_MS,
      TIMES_LONGEST_GAP,
    ]);
    await insertOperations(
      tx,
      silent.map((each) => tell(each)),
    );
    return silent.length;
  });
}
