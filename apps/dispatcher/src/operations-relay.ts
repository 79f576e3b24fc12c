/**
 * Relays operations events from the outbox to their topic. They were written with what caused them, so nothing is
 * told that did not happen, and nothing that happened stays untold; relayed twice, they have the same id.
 */
import { OPERATIONS_TOPIC, type EventBus, type OutgoingRecord } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import { encodeHeaders, schemaIdOf } from "@stellwerk/events";
import type { Log } from "@stellwerk/log";
import { deleteOperations, listOperations, type Database, type OperationsEvent } from "@stellwerk/store";
import type { Ownership } from "./ownership.ts";

const AT_ONCE = 200;
/** A net under what the owner before us left behind, or the api wrote. */
const SWEEP_MS = 10_000;
const RETRY_MS = 1_000;

export interface OperationsRelayOptions {
  readonly db: Database;
  readonly bus: EventBus;
  readonly log: Log;
  readonly ownership: Ownership;
}

export class OperationsRelay {
  readonly #options: OperationsRelayOptions;
  #running: Promise<void> | undefined;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: OperationsRelayOptions) {
    this.#options = options;
  }

  /** There is, or may be, something to relay. */
  wake(): void {
    this.#wanted = true;
    if (this.#stopped) return;
    this.#running ??= this.#relayAll().finally(() => {
      this.#running = undefined;
      if (this.#wanted) this.wake();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #relayAll(): Promise<void> {
    clearTimeout(this.#timer);
    let nextMs = SWEEP_MS;
    try {
      while (this.#wanted && !this.#stopped) {
        this.#wanted = false;
        if ((await this.#relay()) === AT_ONCE) this.#wanted = true;
      }
    } catch (error) {
      nextMs = RETRY_MS;
      this.#options.log.warn({ err: error }, "operations events cannot be relayed; trying again");
    }
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), nextMs);
  }

  /** How many there were. */
  async #relay(): Promise<number> {
    const { db, bus, ownership } = this.#options;
    // Not fenced, and needs not be: two that relay the same one publish the same id, which is one event.
    const owned = ownership.partitions.map((each) => each.partition);
    const waiting = await listOperations(db, owned, AT_ONCE);
    if (waiting.length === 0) return 0;
    await bus.publish(waiting.map(operationsRecord));
    await deleteOperations(
      db,
      waiting.map((each) => each.id),
    );
    return waiting.length;
  }
}

function operationsRecord(event: OperationsEvent & { readonly time: Date }): OutgoingRecord {
  const accountId = formatId("acc", event.accountId);
  return {
    topic: OPERATIONS_TOPIC,
    key: accountId,
    value: Buffer.from(JSON.stringify(event.data)),
    headers: encodeHeaders({
      id: formatId("evt", event.id),
      // An operations event has no source of the account's; readers tell by this that it is ours.
      source: `/accounts/${accountId}/operations`,
      type: event.type,
      time: event.time.toISOString(),
      accountId,
      contentType: "application/json",
      ...(event.subject === null ? {} : { subject: event.subject }),
      ...withSchema(event.type),
    }),
  };
}

function withSchema(type: string): { dataSchema?: string } {
  const dataSchema = schemaIdOf(type);
  return dataSchema === undefined ? {} : { dataSchema };
}
