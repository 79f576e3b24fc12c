/** The keys of `npm start`: the operator's, or files in the data directory; and their rotation, which is its own work. */
import type { Log } from "@stellwerk/log";
import {
  type Database,
  loadOrMakeSecretKey,
  loadPreviousSecretKey,
  readOtherSecretKeys,
  readSecretKey,
  resealAll,
  type Sealer,
  type SecretKey,
} from "@stellwerk/store";
import type { Config } from "./config.ts";

export interface SecretKeys {
  readonly current: SecretKey;
  readonly others: readonly SecretKey[];
}

export function secretKeysOf(config: Config): SecretKeys {
  const { STELLWERK_SECRET_KEY: given, STELLWERK_DATA_DIR: dataDir } = config;
  const previous = given === undefined ? loadPreviousSecretKey(dataDir) : undefined;
  return {
    current: given === undefined ? loadOrMakeSecretKey(dataDir) : readSecretKey(given),
    others: [
      ...readOtherSecretKeys(config.STELLWERK_OTHER_SECRET_KEYS),
      ...(previous === undefined ? [] : [previous]),
    ],
  };
}

/** One process is all there is, so nobody else has to learn of the new key first. */
export async function resealWith(sealer: Sealer, db: Database, log: Log): Promise<void> {
  const { resealed, unopened } = await resealAll(db, sealer);
  if (unopened.length > 0) {
    log.warn(
      { resealed, unopened: unopened.length },
      "some secrets were sealed with a key that is not among ours",
    );
  } else {
    log.info(
      { resealed },
      "everything is sealed with the current key; the key before is not needed any more",
    );
  }
}
