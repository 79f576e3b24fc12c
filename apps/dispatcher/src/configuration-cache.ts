/**
 * Accounts' configuration in memory, by revision. The router compares the revision in its own
 * transaction, so a stale entry is never used to decide what an event matches; a notification
 * drops it early, so that retries soon use a changed connection.
 */
import { isOperationsType } from "@stellwerk/events";
import type { RuleContext } from "@stellwerk/rules";
import {
  loadConfiguration,
  loadSubscriptionVersion,
  type AccountConfiguration,
  type ConfiguredSource,
  type Database,
  type Queryable,
} from "@stellwerk/store";
import { LRUCache } from "lru-cache";
import { makeTarget, type Target, type TargetParts } from "./targets.ts";

/** Counted in accounts, not in what they hold: few have more than some dozen subscriptions. */
const MAX_ACCOUNTS = 2_000;
/** Accounts read with one statement. */
const LOAD_AT_ONCE = 200;
const MAX_OLD_VERSIONS = 2_000;

export class AccountTargets {
  readonly revision: number;
  readonly configuration: AccountConfiguration;
  readonly byId = new Map<string, Target>();
  readonly #byType = new Map<string, Target[]>();
  readonly #ofEveryType: Target[] = [];

  constructor(configuration: AccountConfiguration, parts: TargetParts) {
    this.configuration = configuration;
    this.revision = configuration.revision;
    const connections = new Map(configuration.connections.map((each) => [each.id, each]));
    for (const subscription of configuration.subscriptions) {
      const connection = connections.get(subscription.connectionId);
      const { sources } = configuration;
      const target = makeTarget(subscription, subscription, { connection, sources }, parts);
      this.byId.set(subscription.id, target);
      if (!subscription.enabled) continue;
      if (subscription.eventTypes.includes("*")) {
        this.#ofEveryType.push(target);
        continue;
      }
      for (const type of new Set(subscription.eventTypes)) {
        const targets = this.#byType.get(type);
        if (targets === undefined) this.#byType.set(type, [target]);
        else targets.push(target);
      }
    }
  }

  /** The enabled subscriptions that want this event. `context` is asked for where one has a condition. */
  match(type: string, context: () => RuleContext): readonly Target[] {
    let made: RuleContext | undefined;
    const once = (): RuleContext => (made ??= context());
    return this.#forType(type).filter((target) => target.wants(once));
  }

  sourceOf(sourceId: string | null): ConfiguredSource | undefined {
    return this.configuration.sources.find(({ id }) => id === sourceId);
  }

  #forType(type: string): readonly Target[] {
    const ofType = this.#byType.get(type);
    // Asked for by name only: an alert must never be the cause of the next one.
    if (isOperationsType(type)) return ofType ?? [];
    if (ofType === undefined) return this.#ofEveryType;
    return this.#ofEveryType.length === 0 ? ofType : [...ofType, ...this.#ofEveryType];
  }
}

export interface ConfigurationCacheOptions extends TargetParts {
  readonly db: Database;
}

export class ConfigurationCache {
  readonly #options: ConfigurationCacheOptions;
  readonly #accounts = new LRUCache<string, AccountTargets>({ max: MAX_ACCOUNTS });
  readonly #oldVersions = new LRUCache<string, Target>({ max: MAX_OLD_VERSIONS });
  /** In memory alone: whoever forgets it tries the old version once more and hears the same. */
  readonly #passedOver = new LRUCache<string, true>({ max: MAX_OLD_VERSIONS });
  /** After a change a thousand waiting deliveries of an account want it at once: they share one read. */
  readonly #loading = new Map<string, Promise<AccountTargets | undefined>>();
  /**
   * Reads under way, each with the accounts that were not forgotten since it began: what was read before a change
   * is not kept after it. A waiting delivery would otherwise meet a connection's old address for as long as its
   * account gets no new event. By account: a change of one must not make the read of another come to nothing.
   */
  readonly #reads = new Set<Set<string>>();
  /** Raised when something is forgotten, for the old versions. */
  #generation = 0;

  constructor(options: ConfigurationCacheOptions) {
    this.#options = options;
  }

  get(accountId: string): AccountTargets | undefined {
    return this.#accounts.get(accountId);
  }

  /** Reads the accounts anew; one that does not exist is missing from the answer. */
  async load(db: Queryable, accountIds: readonly string[]): Promise<Map<string, AccountTargets>> {
    const loaded = new Map<string, AccountTargets>();
    const unchanged = new Set(accountIds);
    this.#reads.add(unchanged);
    try {
      for (const configuration of await loadConfiguration(db, accountIds)) {
        const { accountId } = configuration;
        const account = new AccountTargets(configuration, this.#options);
        const cached = this.#accounts.get(accountId);
        // A reader that started earlier must not put back what has been replaced since.
        const isNewest = cached === undefined || cached.revision <= account.revision;
        if (isNewest && unchanged.has(accountId)) this.#accounts.set(accountId, account);
        loaded.set(accountId, account);
      }
    } finally {
      this.#reads.delete(unchanged);
    }
    return loaded;
  }

  forget(accountId: string): void {
    this.#generation += 1;
    for (const unchanged of this.#reads) unchanged.delete(accountId);
    this.#accounts.delete(accountId);
    this.#loading.delete(accountId);
    // Old versions run with their connection's current settings and secrets.
    this.#oldVersions.clear();
  }

  forgetAll(): void {
    this.#generation += 1;
    for (const unchanged of this.#reads) unchanged.clear();
    this.#accounts.clear();
    this.#loading.clear();
    this.#oldVersions.clear();
  }

  /** The target of a waiting delivery: the version that matched, over the connection as it is now. Undefined: deleted. */
  async target(accountId: string, subscriptionId: string, version: number): Promise<Target | undefined> {
    const { db } = this.#options;
    const askedIn = this.#generation;
    const account = this.#accounts.get(accountId) ?? (await this.#loadShared(accountId));
    const current = account?.byId.get(subscriptionId);
    if (account === undefined || current === undefined) return undefined;
    const key = `${subscriptionId}:${version}`;
    if (current.version === version || this.#passedOver.has(key)) return current;
    let target = this.#oldVersions.get(key);
    if (target === undefined) {
      const old = await loadSubscriptionVersion(db, accountId, subscriptionId, version);
      if (old === undefined) return undefined;
      const { connections, sources } = account.configuration;
      const connection = connections.find((each) => each.id === old.connectionId);
      target = makeTarget(old, current.subscription, { connection, sources }, this.#options);
      if (askedIn === this.#generation) this.#oldVersions.set(key, target);
    }
    return target;
  }

  /** Its target says that this version is set up wrongly: what it matched goes on with the one in force. */
  passOver({ subscriptionId, version }: Pick<Target, "subscriptionId" | "version">): void {
    this.#passedOver.set(`${subscriptionId}:${version}`, true);
  }

  /** Reads those of the accounts that are not in memory, in one statement. */
  async ensure(accountIds: Iterable<string>): Promise<void> {
    const missing = [...new Set(accountIds)].filter((id) => !this.#accounts.has(id));
    for (let from = 0; from < missing.length; from += LOAD_AT_ONCE) {
      await this.load(this.#options.db, missing.slice(from, from + LOAD_AT_ONCE));
    }
  }

  #loadShared(accountId: string): Promise<AccountTargets | undefined> {
    let loading = this.#loading.get(accountId);
    if (loading === undefined) {
      loading = this.load(this.#options.db, [accountId])
        .then((loaded) => loaded.get(accountId))
        .finally(() => {
          if (this.#loading.get(accountId) === loading) this.#loading.delete(accountId);
        });
      this.#loading.set(accountId, loading);
    }
    return loading;
  }
}
