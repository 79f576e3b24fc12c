/**
 * What a receiver got, on disk before it says so: one line a request, appended and fsynced before the answer goes
 * out. Lines that arrive while one fsync runs share the next.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

export interface Received {
  /** When its last byte had come, in Unix milliseconds. */
  readonly at: number;
  readonly path: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly type: string;
  readonly contentType: string;
  readonly bodyHash: string;
  /** The number of the sample it was made from. */
  readonly number: number | null;
  readonly signatureOk: boolean;
  /** What it was answered with; 0: nothing. */
  readonly answer: number;
  /** What was asked for is done, whatever was answered. */
  readonly effect: boolean;
  /** `at` on the clock that all processes of the machine share and nobody can step. */
  readonly monotonicMs: number;
}

export class LedgerWriter {
  readonly #file: FileHandle;
  #lines: string[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<LedgerWriter> {
    return new LedgerWriter(await open(path, "a"));
  }

  /** Resolves when the line would survive the machine. */
  async append(received: Received): Promise<void> {
    this.#lines.push(`${JSON.stringify(received)}\n`);
    // Not what is being written right now: its fsync may have begun before this line.
    await this.#writing;
    await (this.#writing ??= this.#write());
  }

  async #write(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    try {
      await this.#file.write(lines.join(""));
      await this.#file.datasync();
    } finally {
      this.#writing = undefined;
    }
  }
}

/** Reads a ledger that is still being written. */
export class LedgerReader {
  readonly #path: string;
  readonly #entries: Received[] = [];
  readonly #decoder = new StringDecoder("utf8");
  #offset = 0;
  #rest = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** Everything up to now, in the order it came. */
  entries(): readonly Received[] {
    const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > this.#offset) {
      const bytes = Buffer.alloc(size - this.#offset);
      const file = openSync(this.#path, "r");
      try {
        this.#offset += readSync(file, bytes, 0, bytes.length, this.#offset);
      } finally {
        closeSync(file);
      }
      const lines = (this.#rest + this.#decoder.write(bytes)).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.#entries.push(JSON.parse(line) as Received);
    }
    return this.#entries;
  }
}
