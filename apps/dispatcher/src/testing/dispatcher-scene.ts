/** A dispatcher on a real database and a bus that a test feeds, with an account whose deliveries go to a webhook. */
import { randomBytes } from "node:crypto";
import type { EventBus } from "@stellwerk/bus";
import type { Connector } from "@stellwerk/connector-kit";
import type { Answer } from "@stellwerk/connector-kit/testing";
import { builtInConnectors } from "@stellwerk/connectors";
import { newUuid, type BreakerOptions } from "@stellwerk/delivery";
import type { History } from "@stellwerk/history";
import { createLog } from "@stellwerk/log";
import {
  connectionSecretsContext,
  createSealer,
  type Database,
  enterAsDispatcher,
  insertConnection,
  openDatabase,
  raiseRevision,
  readSecretKey,
  type Queryable,
  type TokenPlace,
} from "@stellwerk/store";
import {
  openTestDatabase,
  seedAccount,
  type Seed,
  type SeedOptions,
  type TestDatabase,
} from "@stellwerk/store/testing";
import { vi } from "vitest";
import { startDispatcher, type Dispatcher } from "../index.ts";
import { HandFedBus } from "./hand-fed-bus.ts";

const log = createLog({ name: "test", level: "silent" });

export interface StartOptions {
  readonly connectors?: readonly Connector[];
  readonly breaker?: Partial<BreakerOptions>;
  readonly history?: History | undefined;
}

export interface DeliveryState {
  readonly state: string | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly possibly_sent: boolean;
}

export class DispatcherScene implements AsyncDisposable {
  /** As the owner of the tables. */
  readonly database: TestDatabase;
  seed!: Seed;
  readonly #sealer = createSealer({ current: readSecretKey(randomBytes(32).toString("base64")) });
  readonly #started: Dispatcher[] = [];
  /** What the dispatchers have: behind the wall, in their own role, so that a missing grant shows. */
  readonly #db: Database;

  private constructor(database: TestDatabase, db: Database) {
    this.database = database;
    this.#db = db;
  }

  static async open(): Promise<DispatcherScene> {
    const database = await openTestDatabase();
    const db = openDatabase({ url: database.url, applicationName: "stellwerk dispatcher test" });
    if (!(await enterAsDispatcher(db))) throw new Error("there is no wall in the test database");
    return new DispatcherScene(database, db);
  }

  /** `assigned`: the partitions whose events the bus brings to it; all, if not given. */
  async start(options: StartOptions & { readonly assigned?: readonly number[] } = {}) {
    const bus = new HandFedBus(options.assigned);
    return { bus, dispatcher: await this.startOn(bus, options) };
  }

  async startOn(bus: EventBus, { connectors, breaker, history }: StartOptions = {}): Promise<Dispatcher> {
    const dispatcher = await startDispatcher({
      config: { graceMs: 2_000, retentionDays: 30, allowAddresses: ["127.0.0.0/8"], breaker },
      db: this.#db,
      bus,
      connectors: connectors ?? builtInConnectors,
      sealer: this.#sealer,
      log,
      history,
    });
    this.#started.push(dispatcher);
    return dispatcher;
  }

  async seedInbox(options: SeedOptions = {}): Promise<void> {
    this.seed = await seedAccount(this.database.db, options);
  }

  async seedWebhook(url: string, options: SeedOptions = {}): Promise<void> {
    await this.seedInbox({ connector: "webhook", action: "webhook.send", settings: { url }, ...options });
    await this.giveSecrets(
      builtInConnectors.find((each) => each.id === "webhook")!.connection.makeSecrets!(),
    );
  }

  /** To the seeded connection. */
  async giveSecrets(secrets: unknown): Promise<void> {
    const { connectionId } = this.seed;
    const sealed = this.#sealer.seal(JSON.stringify(secrets), connectionSecretsContext(connectionId));
    await this.database.db.query("UPDATE connection SET secrets_sealed = $1", [sealed]);
  }

  /** Of the seeded connection. */
  get tokenPlace(): TokenPlace {
    const { accountId, connectionId } = this.seed;
    return { db: this.database.db, sealer: this.#sealer, accountId, connectionId };
  }

  /** A change of the account's configuration, as the api makes one. */
  async change(work: (tx: Queryable, revision: number) => Promise<void>): Promise<void> {
    const { accountId } = this.seed;
    await this.database.db.transaction(async (tx) => work(tx, await raiseRevision(tx, accountId)));
  }

  /** Beside the seeded one. */
  async addInboxConnection(tx: Queryable): Promise<string> {
    const id = newUuid();
    const connection = { id, connector: "inbox", name: "Second", settings: {}, secretsSealed: null };
    await insertConnection(tx, this.seed.accountId, connection);
    return id;
  }

  /** As if nobody had heard of the dispatchers that run, for long. */
  async thinkAllDead(): Promise<void> {
    await this.database.db.query("DELETE FROM dispatcher");
  }

  deliveries(): Promise<DeliveryState[]> {
    return this.database.db.query("SELECT state, reason, attempts, possibly_sent FROM delivery ORDER BY id");
  }

  /** Politely: what is in flight is finished and recorded. */
  async stopAll(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((dispatcher) => dispatcher.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopAll();
    await this.#db.close();
    await this.database[Symbol.asyncDispose]();
  }
}

/** Answers the n-th request (0 is the first) with a status, or holds it open until there is one. */
export function answers(status: (n: number) => number | Promise<number>): Answer {
  let n = 0;
  return (response) => {
    void Promise.resolve(status(n++)).then((code) => response.writeHead(code).end());
  };
}

export async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(check, { timeout: 8_000, interval: 20 });
}
