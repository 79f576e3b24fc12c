/** The caches of the hot path: tokens of hook URLs, API keys, accounts, and the source that API events have. */
import type { Log } from "@stellwerk/log";
import {
  ACCESS_CHANNEL,
  type AccountRow,
  type Accounts,
  type Database,
  findAccount,
  findApiKeyByHash,
  findOldestApiSource,
  findSourceByTokenHash,
  type KeyAccess,
  type Listener,
  type SourceAccess,
} from "@stellwerk/store";
import { createAccessCache } from "./access-cache.ts";
import { type Origin, originOf } from "./origin.ts";

export interface HookAccess extends SourceAccess {
  readonly origin: Origin;
}

export interface TokenCache {
  find(tokenHash: Buffer, beforeLoad?: () => void): Promise<HookAccess | undefined>;
}

export interface KeyCache {
  find(keyHash: Buffer, beforeLoad?: () => void): Promise<KeyAccess | undefined>;
}

export interface AccountCache {
  exists(accountId: string): Promise<boolean>;
}

export interface ApiSourceCache {
  /** Makes the source when the account has none. */
  find(accountId: string): Promise<Origin>;
}

export interface Access {
  readonly tokens: TokenCache;
  readonly keys: KeyCache;
  readonly accounts: AccountCache;
  readonly apiSources: ApiSourceCache;
  /** Hears of revocations and rotations at once. Without it they work when an entry's time is over. */
  listen(): Promise<Listener>;
}

export interface AccessParts {
  readonly db: Pick<Database, "listen">;
  readonly wall: Accounts;
  readonly log: Log;
  /** Answers the id of the account's new source for API events. */
  readonly makeApiSource: (accountId: string) => Promise<string>;
}

export function createAccess({ db, wall, log, makeApiSource }: AccessParts): Access {
  const tokens = createAccessCache<HookAccess>({
    async load(hash) {
      const source = await findSourceByTokenHash(wall.lobby, Buffer.from(hash, "base64"));
      return source && { ...source, origin: originOf(source.accountId, source.id) };
    },
    accountOf: (access) => access.accountId,
  });
  const keys = createAccessCache<KeyAccess>({
    load: (hash) => findApiKeyByHash(wall.lobby, Buffer.from(hash, "base64")),
    accountOf: (access) => access.accountId,
  });
  const accounts = createAccessCache<AccountRow>({
    load: (accountId) => findAccount(wall.lobby, accountId),
    accountOf: (account) => account.id,
  });
  const apiSources = createAccessCache<Origin>({
    async load(accountId) {
      const id =
        (await findOldestApiSource(wall.of(accountId), accountId)) ?? (await makeApiSource(accountId));
      return originOf(accountId, id);
    },
    accountOf: (origin) => origin.accountId,
  });
  const forget = (accountId?: string) => {
    for (const cache of [tokens, keys, accounts, apiSources]) cache.forget(accountId);
  };

  return {
    tokens: { find: (hash, beforeLoad) => tokens.find(hash.toString("base64"), beforeLoad) },
    keys: { find: (hash, beforeLoad) => keys.find(hash.toString("base64"), beforeLoad) },
    accounts: { exists: async (accountId) => (await accounts.find(accountId)) !== undefined },
    apiSources: {
      async find(accountId) {
        const origin = await apiSources.find(accountId);
        if (origin === undefined) throw new Error("a source for API events was made and is not there");
        return origin;
      },
    },
    listen: () =>
      db.listen(
        [ACCESS_CHANNEL],
        (_channel, accountId) => forget(accountId),
        () => {
          log.debug("listening for changed keys and tokens");
          forget();
        },
      ),
  };
}
