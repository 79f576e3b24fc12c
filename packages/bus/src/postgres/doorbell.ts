/**
 * Tells the readers of this process that something is new: by LISTEN at once, and by a look each
 * second over the same connection, which also finds out that the connection is dead.
 */
import pg from "pg";
import { queryable } from "./connections.ts";
import { sqlFile } from "./sql-file.ts";

const readHeads = sqlFile("read-heads");
const LOOK_EVERY_MS = 1_000;
const ANSWER_MS = 5_000;
const FIRST_RECONNECT_MS = 100;
const MAX_RECONNECT_MS = 2_000;

/** How far a partition has come. */
export interface Head {
  readonly topicId: number;
  readonly partition: number;
  readonly nextOffset: bigint;
  readonly segmentId: bigint;
}

export interface Ear {
  onHeads(heads: readonly Head[]): void;
  /** Members came, left or let go of a partition; undefined: perhaps in any group. */
  onGroup(group: string | undefined): void;
}

/** One connection for all consumers of a process; none while there are none. */
export class Doorbell {
  readonly #config: pg.ClientConfig;
  readonly #ears = new Set<Ear>();
  #listening: Promise<void> | undefined;
  /** Ends the current wait, whatever it waits for. */
  #wake: () => void = () => {};

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  /** `ear` hears of all heads soon, and from then on of every change. */
  add(ear: Ear): void {
    this.#ears.add(ear);
    this.#listening ??= this.#keepListening();
    this.#wake();
  }

  remove(ear: Ear): void {
    this.#ears.delete(ear);
    this.#wake();
  }

  /** When all ears are removed: resolves when the connection is closed. */
  async close(): Promise<void> {
    await this.#listening;
  }

  async #keepListening(): Promise<void> {
    let reconnectMs = FIRST_RECONNECT_MS;
    while (this.#ears.size > 0) {
      // What failed is not logged here: the consumers' own calls fail too, and say so.
      const connected = await this.#listen();
      reconnectMs = connected ? FIRST_RECONNECT_MS : Math.min(reconnectMs * 2, MAX_RECONNECT_MS);
      if (this.#ears.size > 0) await this.#wait(reconnectMs);
    }
    this.#listening = undefined;
  }

  /** Until the connection breaks or nobody listens any more; true when there was a connection. */
  async #listen(): Promise<boolean> {
    const client = new pg.Client({
      ...this.#config,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    const broken = new AbortController();
    const onBroken = () => {
      broken.abort();
      this.#wake();
    };
    client.on("error", onBroken);
    client.on("end", onBroken);
    client.on("notification", ({ channel, payload = "" }) => {
      if (channel === "stellwerk_bus_groups") this.#ring((ear) => ear.onGroup(payload));
      else if (payload === "") this.#wake();
      else this.#ring((ear) => ear.onHeads(payload.split(",").map(parseHead)));
    });
    let connected = false;
    try {
      await client.connect();
      await client.query("LISTEN stellwerk_bus_records; LISTEN stellwerk_bus_groups");
      connected = true;
      // What was notified while there was no connection is lost.
      this.#ring((ear) => ear.onGroup(undefined));
      while (this.#ears.size > 0 && !broken.signal.aborted) {
        const rows = await queryable(client).query<[number, number, string, string]>(readHeads);
        this.#ring((ear) => ear.onHeads(rows.map(toHead)));
        if (!broken.signal.aborted) await this.#wait(LOOK_EVERY_MS);
      }
    } catch {
      // Broken: the caller connects again.
    } finally {
      // Not awaited: a server that is gone does not say goodbye.
      client.end().catch(() => {});
    }
    return connected;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #ring(tell: (ear: Ear) => void): void {
    for (const ear of this.#ears) tell(ear);
  }
}

function toHead([topicId, partition, nextOffset, segmentId]: [number, number, string, string]): Head {
  return { topicId, partition, nextOffset: BigInt(nextOffset), segmentId: BigInt(segmentId) };
}

/** As publish.sql writes it. */
function parseHead(text: string): Head {
  const [topicId, partition, nextOffset = "", segmentId = ""] = text.split(":");
  return toHead([Number(topicId), Number(partition), nextOffset, segmentId]);
}
