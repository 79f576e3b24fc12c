/**
 * The installation: made once, by whichever process starts first. Fixes the number of
 * partitions and makes the first account with its admin key.
 */
import { newUuid } from "@stellwerk/delivery";
import { firstAccount, insertAccount } from "./accounts.ts";
import { insertApiKey } from "./api-keys.ts";
import type { Database, Queryable } from "./database.ts";
import { onlyRow } from "./only-row.ts";
import { makeSecret } from "./secret-hash.ts";
import { sqlFile } from "./sql-file.ts";

const prepareInstallationStatement = sqlFile("prepare-installation");
const preparePartitionsStatement = sqlFile("prepare-partitions");
const loadInstallationStatement = sqlFile("load-installation");
const lockPreparationStatement = sqlFile("lock-preparation");

export interface PrepareOptions {
  /** Counts at the first start only; afterwards the stored number holds. */
  readonly partitions: number;
  /** The operator's own admin key. Without it the first start makes one. */
  readonly apiKey?: string | undefined;
}

export interface Installation {
  readonly firstStart: boolean;
  readonly partitions: number;
  /** The first account. */
  readonly accountId: string;
  /** Only when this call made it: the one time that it can be shown. */
  readonly apiKey?: string;
}

/**
 * May be called at every start and by several processes at once.
 *
 * A given key that is not known yet is added later too, so that who lost the first one
 * can get in again; one that was revoked stays revoked.
 */
export function prepareInstallation(db: Database, options: PrepareOptions): Promise<Installation> {
  return db.transaction(async (tx) => {
    await tx.query(lockPreparationStatement);
    const { partitions, firstStart } = onlyRow(
      await tx.query<{ partitions: number; firstStart: boolean }>(prepareInstallationStatement, [
        options.partitions,
      ]),
    );
    await tx.query(preparePartitionsStatement, [partitions]);
    const account =
      (await firstAccount(tx)) ?? (await insertAccount(tx, { id: newUuid(), name: "My agency" }));
    const installation = { firstStart, partitions, accountId: account.id };
    if (options.apiKey !== undefined) {
      await insertAdminKey(tx, account.id, "From STELLWERK_API_KEY", options.apiKey);
      return installation;
    }
    if (!firstStart) return installation;
    const apiKey = makeSecret("sw_");
    await insertAdminKey(tx, account.id, "Made at the first start", apiKey);
    return { ...installation, apiKey };
  });
}

async function insertAdminKey(tx: Queryable, accountId: string, name: string, key: string): Promise<void> {
  await insertApiKey(tx, { id: newUuid(), accountId, name, scopes: ["admin"], key });
}

/** Undefined before the first start. */
export async function loadInstallation(db: Queryable): Promise<{ partitions: number } | undefined> {
  const [row] = await db.query<{ partitions: number }>(loadInstallationStatement);
  return row;
}
