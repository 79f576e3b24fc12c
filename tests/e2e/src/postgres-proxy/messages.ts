/**
 * PostgreSQL's wire protocol, as much of it as it takes to see which statements a connection runs and when a
 * transaction is over. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

export interface Message {
  /** One character; empty for the first message of a client, which has no type. */
  readonly type: string;
  readonly body: Buffer;
  /** As it travels. */
  readonly bytes: Buffer;
}

/** Cuts a stream into messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #typed: boolean;

  /** A client's first message has a length but no type. */
  constructor(side: "client" | "server") {
    this.#typed = side === "server";
  }

  push(chunk: Buffer): Message[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const lengthAt = this.#typed ? 1 : 0;
      if (this.#rest.length < lengthAt + 4) return messages;
      const end = lengthAt + this.#rest.readUInt32BE(lengthAt);
      if (this.#rest.length < end) return messages;
      const bytes = this.#rest.subarray(0, end);
      messages.push({
        type: bytes.toString("latin1", 0, lengthAt),
        body: bytes.subarray(lengthAt + 4),
        bytes,
      });
      this.#rest = this.#rest.subarray(end);
      this.#typed = true;
    }
  }
}

/** What one connection runs, transaction by transaction. */
export class TransactionWatch {
  #statements: string[] = [];
  #failed = false;

  /** The statements of the transaction under way: names of prepared ones, text of others. */
  get statements(): readonly string[] {
    return this.#statements;
  }

  /** Answers the statement that this message starts. */
  fromClient({ type, body }: Message): string | undefined {
    const started =
      type === "Q" ? textAt(body, 0) : type === "B" ? textAt(body, textAt(body, 0).length + 1) : undefined;
    if (started !== undefined && started !== "") this.#statements.push(started);
    return started;
  }

  /** Answers the statements of the transaction that this message says is committed. */
  fromServer({ type, body }: Message): readonly string[] | undefined {
    if (type === "E") this.#failed = true;
    // ReadyForQuery, and not inside a transaction.
    if (type !== "Z" || body.toString("latin1") !== "I") return undefined;
    const committed = this.#failed || this.#statements.includes("ROLLBACK") ? undefined : this.#statements;
    this.#statements = [];
    this.#failed = false;
    return committed;
  }
}

/** A string ends with a zero byte. */
function textAt(body: Buffer, start: number): string {
  return body.toString("utf8", start, body.indexOf(0, start));
}
